"""A call from both ends: what the model hears, what the caller hears, and who ends it. In memory, on virtual time."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.peer import Peer, audio, builder, interrupted, said, settled, turn_complete
from tests.phone.lines import Desk, on_the_line, tone
from trio_live import events
from trio_live.phone import (
    ASTERISK_WEBSOCKET,
    AUDIOSOCKET,
    DIALECTS,
    PLIVO,
    TELNYX,
    TWILIO,
    AudioFormat,
    Dialect,
    HungUp,
    PhoneCall,
)
from trio_live.testing.phone import open_phone
from trio_live.voice._internal import energy_dbfs

ANY = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.name)
FORMATS: dict[str, tuple[Dialect, AudioFormat | None]] = {
    "Telnyx, A-law there and L16 back": (TELNYX.sending("L16", 16_000), AudioFormat("PCMA")),
    "Plivo, L16": (PLIVO, AudioFormat("audio/x-l16", 16_000)),
    "AudioSocket, 16 kHz": (AUDIOSOCKET.sending("slin16", 16_000), AudioFormat("slin16", 16_000)),
    "chan_websocket, 16 kHz": (ASTERISK_WEBSOCKET, AudioFormat("slin16", 16_000)),
}


@ANY
async def test_the_model_hears_the_caller_and_the_caller_the_model(dialect: Dialect, autojump_clock: MockClock) -> None:
    async with on_the_line(dialect) as (desk, phone):
        await trio.sleep(1)
        heard = desk.heard_bytes()
        assert heard == pytest.approx(32_000, abs=1_300), "a second, in real time"
        await phone.say(tone(0.5, 16_000))
        await desk.peer.send(audio(tone(1.0)), turn_complete())
        await phone.wait_heard(1.0)
        await phone.wait_silent()
        assert phone.heard == pytest.approx(1.0, abs=0.021)
        assert energy_dbfs(phone.heard_pcm) == pytest.approx(energy_dbfs(tone(1.0)), abs=0.5)
        assert phone.pauses == []
    assert desk.ended is HungUp.CALLER


@pytest.mark.parametrize("name", FORMATS)
async def test_other_codings_carry_the_same_voice(name: str, autojump_clock: MockClock) -> None:
    dialect, coded = FORMATS[name]
    async with on_the_line(dialect, format=coded) as (desk, phone):
        await desk.peer.send(audio(tone(0.6)))
        await phone.say(tone(0.5, 16_000))
        await phone.wait_silent()
        assert energy_dbfs(phone.heard_pcm) == pytest.approx(energy_dbfs(tone(0.5)), abs=0.5)
        assert desk.heard_bytes() >= 16_000


@ANY
async def test_an_interruption_silences_the_phone_at_once(dialect: Dialect, autojump_clock: MockClock) -> None:
    async with on_the_line(dialect) as (desk, phone):
        await desk.peer.send(audio(tone(5.0)))
        await phone.wait_heard(1.0)
        at = trio.current_time()
        await desk.peer.send(interrupted(), turn_complete())
        if dialect is AUDIOSOCKET:  # which has no such word: a few frames are on their way
            await phone.wait_silent()
            assert trio.current_time() - at < 0.15
        else:
            await phone.wait_cleared()
            assert trio.current_time() == at
            assert not phone.is_playing
        before = phone.heard
        await trio.sleep(2)
        assert phone.heard == before
        await desk.peer.send(audio(tone(0.5)))
        await phone.wait_heard(before + 0.5)


@ANY
async def test_the_session_knows_how_much_the_caller_has_heard(dialect: Dialect, autojump_clock: MockClock) -> None:
    async with on_the_line(dialect, Desk(builder().transcription())) as (desk, phone):
        await desk.peer.send(audio(tone(4.0)), said("The clinic is open from eight to six, and on Saturdays to one."))
        await phone.wait_heard(1.5)
        await desk.peer.send(interrupted(), turn_complete())
        await settled()
        await trio.sleep(1)
        assert desk.session is not None
        playback = desk.session.playback
        assert playback.is_reported
        assert playback.played == pytest.approx(1.5, abs=0.12), "marks that came back because of the clear do not count"
        (final,) = [each.text for each in desk.seen if isinstance(each, events.OutputTranscript) and each.is_final]
        assert final == "The clinic is open from"


@ANY
async def test_the_session_is_told_when_everything_was_played(dialect: Dialect, autojump_clock: MockClock) -> None:
    async with on_the_line(dialect) as (desk, phone):
        await desk.peer.send(audio(tone(1.0)), turn_complete())
        await phone.wait_heard(0.7)
        assert desk.session is not None
        assert desk.session.playback.waiting > 0.1
        await phone.wait_silent()
        await trio.sleep(0.1)
        assert desk.session.playback.waiting == 0
        assert desk.session.playback.played == pytest.approx(1.0)


@ANY
async def test_keys_are_told_in_order(dialect: Dialect, autojump_clock: MockClock) -> None:
    pressed: list[str] = []

    async def on_dtmf(digit: str) -> None:
        pressed.append(digit)

    async with on_the_line(dialect, Desk(builder().on_dtmf(on_dtmf))) as (desk, phone):
        for digit in "42#":
            await phone.press(digit)
        await trio.sleep(0.1)
    assert pressed == ["4", "2", "#"]
    assert [each.digit for each in desk.seen if isinstance(each, events.Dtmf)] == pressed


@ANY
async def test_this_side_hangs_up_in_the_way_of_the_dialect(dialect: Dialect, autojump_clock: MockClock) -> None:
    async with on_the_line(dialect) as (desk, phone):
        assert desk.call is not None
        await desk.call.hang_up()
        await phone.wait_hung_up()
        assert phone.ended is not None
        assert (phone.ended.reason == "the other end hung up") is (dialect in (AUDIOSOCKET, ASTERISK_WEBSOCKET))
        await desk.over.wait()
        assert desk.ended is desk.call.hung_up is HungUp.US


@ANY
async def test_the_call_ends_with_the_session(dialect: Dialect, autojump_clock: MockClock) -> None:
    async with on_the_line(dialect) as (desk, phone):
        assert desk.session is not None
        await desk.session.disconnect()
        await phone.wait_hung_up()
        await desk.over.wait()
    assert desk.ended is HungUp.SESSION


@ANY
async def test_what_is_said_before_the_session_is_there_is_heard_by_it(
    dialect: Dialect, autojump_clock: MockClock
) -> None:
    desk = Desk(peer=Peer(accepts=False))
    async with trio.open_nursery() as nursery:

        async def accept_late() -> None:
            await trio.sleep(1)
            await desk.peer.send({"setupComplete": {}})

        nursery.start_soon(accept_late)
        async with on_the_line(dialect, desk):
            await trio.sleep(0.5)
            assert desk.heard_bytes() >= 45_000
    assert desk.call is not None
    assert desk.call.statistics.dropped == 0


async def test_of_a_session_that_comes_late_only_the_last_words_are_kept(autojump_clock: MockClock) -> None:
    desk = Desk(peer=Peer(accepts=False))
    async with trio.open_nursery() as nursery:

        async def accept_late() -> None:
            await trio.sleep(6)
            await desk.peer.send({"setupComplete": {}})

        nursery.start_soon(accept_late)
        async with on_the_line(TWILIO, desk):
            await trio.sleep(0.1)
            assert desk.call is not None
            assert desk.call.statistics.dropped == pytest.approx(4, abs=0.1)
            assert desk.heard_bytes() == pytest.approx(2.1 * 32_000, rel=0.05)


async def test_the_agent_s_own_callbacks_are_called_as_well(autojump_clock: MockClock) -> None:
    heard, told = bytearray(), []

    async def on_interrupted() -> None:
        told.append(trio.current_time())

    live = builder().on_audio(heard.extend).on_interrupted(on_interrupted)
    async with on_the_line(TWILIO, Desk(live)) as (desk, phone):
        await desk.peer.send(audio(tone(1.0)))
        await phone.wait_heard(0.3)
        await desk.peer.send(interrupted())
        await phone.wait_cleared()
        assert len(heard) == 48_000
        assert len(told) == 1
    assert live.spec.callbacks.on_audio == heard.extend, "the agent stays as it was"


async def test_a_caller_who_was_told_of_is_known(autojump_clock: MockClock) -> None:
    async with on_the_line(TELNYX, call_id="v3:abc", parameters={"customer_id": "42"}) as (desk, _):
        assert desk.call is not None
        assert (desk.call.call_id, desk.call.caller, desk.call.called) == ("v3:abc", "+13122010094", "+13122123456")
        assert desk.call.parameters == {"customer_id": "42"}
        assert repr(desk.call) == "<PhoneCall v3:abc over Telnyx>"
        assert desk.session is not None
        with pytest.raises(RuntimeError, match="talks with a session already"):
            await desk.call.talk(desk.session)


async def test_statistics_say_what_happened_on_the_line(autojump_clock: MockClock) -> None:
    async with on_the_line(PLIVO) as (desk, phone):
        await desk.peer.send(audio(tone(2.0)))
        await phone.wait_heard(1.0)
        await desk.peer.send(interrupted())
        await phone.wait_cleared()
        assert desk.call is not None
        seen = desk.call.statistics
        assert seen.frames_heard == pytest.approx(50, abs=4)
        assert seen.frames_sent == pytest.approx(65, abs=4)
        assert (seen.clears, seen.gaps, seen.late, seen.missed, seen.dropped) == (1, 0, 0, 0, 0)


async def test_a_cancelled_talk_parts_them_and_leaves_the_caller_on_the_line(autojump_clock: MockClock) -> None:
    desk, ended = Desk(), list[object]()

    async def answer(call: PhoneCall) -> None:
        await desk.peer.ready()
        async with call.equip(desk.live).connect_with_transport(desk.peer.client) as session:
            with trio.move_on_after(1) as talk:
                await call.talk(session)
            assert talk.cancelled_caught
            assert call.hung_up is None
            heard = desk.heard_bytes()
            with trio.move_on_after(1) as waiting:
                await call.wait_over()
            assert waiting.cancelled_caught
            assert desk.heard_bytes() == heard
            desk.talking.set()
            ended.append(await call.talk(session))

    async with open_phone(answer, TWILIO) as phone:
        await desk.talking.wait()
        await desk.peer.send(audio(tone(0.5)))
        await phone.wait_heard(0.5)
        assert desk.heard_bytes() > 32_000
    assert ended == [HungUp.CALLER]


async def test_hanging_up_can_be_cancelled_and_holds_all_the_same(autojump_clock: MockClock) -> None:
    async with on_the_line(TWILIO) as (desk, phone):
        assert desk.call is not None
        with trio.CancelScope() as scope:
            scope.cancel()
            await desk.call.hang_up()
        await phone.wait_hung_up()
        assert desk.call.hung_up is HungUp.US
