"""A call outlives its connections: what is kept, what is told, and when it ends after all."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary
from tests.scenarios.reconnecting import calling, strikes
from trio_live import Live, Platform, events
from trio_live.emulator import Strike
from trio_live.session import CloseKind


def builder() -> Live:
    return Live.builder().model("gemini-2.5-flash-native-audio-latest").transcription()


async def test_a_cut_between_turns_is_healed_by_the_newest_handle(autojump_clock: MockClock) -> None:
    diary = Diary()
    live = builder().on_resumed(diary.anote("resumed")).on_connected(diary.anote("connected")).greeting("Greet.")
    faults = strikes(Strike(fault="cut", at="turn_end", nth=2, connection=1, after=1))
    async with calling(live, faults) as call:
        await call.until(events.TurnComplete)
        await call.ask("two")
        await call.until(events.Connected, 2)
        await call.ask("three")
        assert call.said[1:] == ["The second answer.", "The third answer."]
        assert [*call.continuations] == ["NEW", "RESUMED"]
        assert diary.names() == ["connected", "connected", "resumed"]
        assert [text for text in call.read() if "Greet" in text] == call.read(1)[1:2], "nobody is greeted twice"
        assert not call.of(events.Undelivered)
        (close,) = call.session.link.closes
        assert (close.code, close.kind, close.generation) == (1006, CloseKind.RETRY, 1)
        assert call.session.link.generation == 2
    assert not call.of(events.Interrupted)


async def test_an_answer_that_is_cut_off_is_finished_as_a_turn(autojump_clock: MockClock) -> None:
    faults = strikes(Strike(fault="internal", at="generation", nth=2, connection=1, after=1))
    async with calling(faults=faults) as call:
        await call.ask("two")
        await call.session.send_text("one")
        await call.until(events.Connected, 2)
        cut = call.of(events.TurnComplete)[-1]
        assert cut.cut
        assert call.said[1].startswith("The first answer")
        assert call.said[1] != "The first answer, which is long enough to be cut in the middle of what it says."
        assert [(event.what, event.text) for event in call.of(events.Undelivered)] == [("typed words", "one")]
        await call.ask("three")
        assert call.said[-1] == "The third answer."


async def test_without_a_handle_the_server_is_told_of_the_talk(autojump_clock: MockClock) -> None:
    faults = strikes(Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1))
    async with calling(builder().session_resume(on=False), faults) as call:
        await call.ask("two")
        await call.until(events.Connected, 2)
        assert [*call.continuations] == ["NEW", "RESEEDED"]
        await call.ask("three")
        assert call.said == ["The second answer.", "The third answer."]
        assert any("The second answer" in (text or "") for text in call.read(2)), call.read(2)


async def test_a_credential_that_is_refused_ends_the_session(autojump_clock: MockClock) -> None:
    faults = strikes(
        Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1),
        Strike(fault="http_401", connection=2),
    )
    async with calling(faults=faults) as call:
        await call.ask("two")
        await call.until(events.Disconnected)
    assert call.session.ended is not None
    assert call.session.ended.kind is CloseKind.AUTHENTICATION


async def test_a_server_that_stays_away_is_dialled_so_often_and_no_more(autojump_clock: MockClock) -> None:
    faults = strikes(
        Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1),
        *(Strike(fault="http_503", connection=number) for number in range(2, 20)),
    )
    async with calling(faults=faults) as call:
        await call.ask("two")
        await call.until(events.Disconnected)
        assert [event.attempt for event in call.of(events.Reconnecting)] == [1, 2, 3, 4, 5]
    assert call.session.ended is not None
    assert "5 dials in a row have failed" in (call.session.ended.reason or "")


async def test_a_session_can_be_ended_while_it_has_no_connection(autojump_clock: MockClock) -> None:
    faults = strikes(
        Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1),
        *(Strike(fault="half_open", at="upgrade", connection=number) for number in range(2, 20)),
    )
    async with calling(faults=faults) as call:
        await call.ask("two")
        await call.until(events.Reconnecting, 2)
        began = trio.current_time()
        await call.session.disconnect()
        assert trio.current_time() - began < 1
    assert call.session.ended is not None
    assert call.session.ended.reason is None


async def test_a_connection_whose_end_is_announced_is_left_in_a_quiet_moment(autojump_clock: MockClock) -> None:
    async with calling(connection_lifetime=600.0) as call:
        await call.ask("two")
        await trio.sleep(600)
        await call.ask("three")
        assert call.said == ["The second answer.", "The third answer."]
        assert [*call.continuations] == ["NEW", "RESUMED"]
        assert not call.of(events.Error)
        assert [close.code for close in call.session.link.closes] == [None]
        assert call.emulation.connections.active == 1


@pytest.mark.parametrize("platform", Platform)
async def test_words_that_are_typed_while_there_is_no_connection_wait_for_the_next(
    platform: Platform, autojump_clock: MockClock
) -> None:
    faults = strikes(Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1))
    live = (
        builder()
        if platform is Platform.GOOGLE_AI
        else Live.builder().model("gemini-live-2.5-flash-native-audio").transcription()
    )
    async with calling(live, faults, platform=platform) as call:
        await call.ask("two")
        await call.until(events.Reconnecting)
        await call.ask("three")
        assert call.said == ["The second answer.", "The third answer."]
        assert not call.of(events.Undelivered)
