"""A call outlives its connections: what is kept, what is told, and when it ends after all."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Diary
from tests.scenarios.reconnecting import calling, strikes
from trio_live import ContextDelivery, Live, Phase, Platform, events
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


async def test_where_the_server_says_how_far_it_has_read_words_are_sent_again(autojump_clock: MockClock) -> None:
    faults = strikes(Strike(fault="cut", at="generation", nth=2, connection=1, after=1))
    live = Live.builder().model("gemini-live-2.5-flash-native-audio").transcription()
    async with calling(live, faults, platform=Platform.VERTEX) as call:
        await call.ask("two")
        await call.session.send_text("one")
        await call.until(events.TurnComplete, 3)
        assert [event.cut for event in call.of(events.TurnComplete)] == [False, True, False]
        assert call.said[-1].endswith("in the middle of what it says.")
        assert call.times_read("one") == 2, "the first time is not part of what the server remembers"
        assert not call.of(events.Undelivered)
        assert [setup["sessionResumption"]["transparent"] for setup in call.setups()] == [True, True]


async def test_instructions_that_are_given_without_a_connection_stand_in_the_next_setup(
    autojump_clock: MockClock,
) -> None:
    faults = strikes(Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1))
    async with calling(builder().instruction("Be kind."), faults) as call:
        await call.ask("two")
        await call.until(events.Reconnecting)
        await call.session.update_instruction("Be brief.")
        await call.ask("three")
        assert [setup["systemInstruction"]["parts"][0]["text"] for setup in call.setups()] == ["Be kind.", "Be brief."]
        assert not any("Be brief." in text for text in call.read(2)[1:]), "and are not said twice"


@pytest.mark.parametrize("delivery", ContextDelivery)
async def test_of_the_sound_of_a_gap_the_newest_is_kept_and_the_rest_counted(
    delivery: ContextDelivery, autojump_clock: MockClock
) -> None:
    faults = strikes(Strike(fault="cut", at="turn_end", nth=1, connection=1, after=1))
    async with calling(builder().context_delivery(delivery).reconnect(sound_kept=0.1), faults) as call:
        await call.ask("two")
        await call.until(events.Reconnecting)
        for number in range(20):
            await call.session.send_audio(bytes([number]) * 640)
        await call.session.send_text("three")
        assert call.session.link.outbox == 5 + 1
        await call.until(events.TurnComplete, 2)
        sounds = [
            frame["realtimeInput"]["audio"] for frame in call.frames(2) if "audio" in frame.get("realtimeInput", {})
        ]
        assert len(sounds) == 5
        assert call.session.telemetry.snapshot()["dropped"] == {"sound while there was no connection": 15}


async def test_a_fresh_start_says_that_the_context_is_lost_and_enters_the_phase_again(
    autojump_clock: MockClock,
) -> None:
    diary = Diary()

    async def enter(_state: object, _writer: object) -> None:
        diary.entries.append(("entered",))

    faults = strikes(Strike(fault="cut", at="ready", connection=1, after=1))
    phase = Phase("order", "Take the order.", on_enter=enter)
    live = builder().initial_phase("order").phases(phase).session_resume(on=False).on_error(diary.anote("error"))
    async with calling(live, faults) as call:
        await call.until(events.Connected, 2)
        assert [*call.continuations] == ["NEW", "LOST"]
        assert diary.names() == ["entered", "error", "entered"]
        assert "knows nothing of the talk" in call.of(events.Error)[-1].message
        assert "Take the order." in call.setups()[1]["systemInstruction"]["parts"][0]["text"]
        assert not call.of(events.PhaseTransition)


async def test_the_link_can_be_looked_at(autojump_clock: MockClock) -> None:
    async with calling(connection_lifetime=600.0) as call:
        first = call.session.link
        assert (first.generation, first.is_up, first.age, first.handle_age, first.go_away_in) == (
            1,
            True,
            0,
            None,
            None,
        )
        await call.ask("two")
        await trio.sleep(5)
        later = call.session.link
        assert later.age == pytest.approx(trio.current_time())
        assert later.handle_age is not None
        assert (first.age, later.outbox, later.closes) == (0, 0, ())
        await call.session.send_text("story")
        await call.until(events.GoAway, within=700)
        await call.until(events.Connected, 2)
        (left,) = call.session.link.closes
        assert (left.code, left.kind, left.generation) == (None, None, 1)
    ended = call.session.link
    assert (ended.is_up, ended.age, ended.generation) == (False, None, 2)
    assert [close.reason for close in ended.closes] == [left.reason, "this side ended the session"]


async def test_a_credential_is_asked_for_at_every_dial(autojump_clock: MockClock) -> None:
    """By the dialer that is called anew; here it counts, as `Dialer` of a real endpoint asks for its token."""
    faults = strikes(*(Strike(fault="cut", at="ready", connection=number, after=11) for number in (1, 2, 3)))
    async with calling(faults=faults) as call:
        await call.until(events.Connected, 4)
        assert call.emulation.connections.accepted == call.session.link.generation == 4


async def test_when_nobody_is_ever_quiet_a_connection_is_left_in_time_and_an_open_activity_opened_again(
    autojump_clock: MockClock,
) -> None:
    async with calling(builder().vad(disabled=True), connection_lifetime=600.0, idle_timeout=None) as call:
        await call.session.user_speech_started()
        await trio.sleep(594)
        assert call.session.link.generation == 1
        assert call.session.link.go_away_in == pytest.approx(6)
        await trio.sleep(2)
        assert (call.session.link.generation, call.session.link.is_up) == (2, True)
        assert [*call.continuations][1:] == ["LOST"], "no turn was over, so there is no handle and nothing to retell"
        assert [frame for frame in call.frames(2) if "activityStart" in frame.get("realtimeInput", {})]


async def test_a_server_that_hangs_up_on_every_setup_is_not_dialled_without_end(autojump_clock: MockClock) -> None:
    faults = strikes(*(Strike(fault="internal", at="ready", connection=number, after=1) for number in range(1, 50)))
    async with calling(faults=faults) as call:
        await call.until(events.Disconnected)
    assert call.session.ended is not None
    assert len(call.session.link.closes) == 6
    assert trio.current_time() < 35


async def test_a_quiet_moment_can_be_waited_for_and_may_not_come(autojump_clock: MockClock) -> None:
    async with calling(builder().vad(disabled=True), idle_timeout=None) as call:
        assert await call.session.session.wait_quiet(10)
        await call.session.send_text("story")
        await call.until(events.OutputTranscript)
        assert await call.session.session.wait_quiet(60)
        assert call.of(events.TurnComplete)
        await call.session.user_speech_started()
        began = trio.current_time()
        assert not await call.session.session.wait_quiet(10)
        assert trio.current_time() - began == pytest.approx(8), "a fifth is left to do something about it"
