"""Lines on which something goes wrong: each ends with a clear word, and nothing hangs."""

from __future__ import annotations

import json

import pytest
import trio
from trio.testing import MockClock

from tests.peer import audio, builder, interrupted
from tests.phone.lines import Desk, on_the_line, tone
from trio_live.phone import ASTERISK_WEBSOCKET, AUDIOSOCKET, TELNYX, TWILIO, AudioFormat, HungUp
from trio_live.phone._dialects import Sound, Started
from trio_live.phone._line import KEPT, SILENT_FOR, WRITE_WITHIN, PhoneLine
from trio_live.transport import memory_transport_pair

START = Started(call_id="c", stream_id="s", format=AudioFormat("ulaw"), frame_bytes=160)


async def test_garbage_ends_the_call_with_the_reason(autojump_clock: MockClock) -> None:
    async with on_the_line(TWILIO) as (desk, phone):
        await phone.send("this is no JSON")
        await phone.wait_hung_up()
        assert phone.ended is not None
        assert phone.ended.code == 1007
        assert "no JSON" in phone.ended.reason
        await desk.over.wait()
    assert desk.ended is HungUp.REFUSED


async def test_a_phone_that_says_nothing_any_more_is_given_up(autojump_clock: MockClock) -> None:
    ours, theirs = memory_transport_pair()
    line = PhoneLine(TWILIO, ours, TWILIO.protocol(None), START)
    begun = trio.current_time()
    await line.serve([])
    assert trio.current_time() - begun == SILENT_FOR
    assert (line.hung_up, line.why) == (HungUp.LOST, "nothing came for 30 s")
    del theirs


async def test_a_phone_that_never_reads_is_given_up(autojump_clock: MockClock) -> None:
    ours, theirs = memory_transport_pair(capacity=0)
    protocol = TWILIO.protocol(None)
    line = PhoneLine(TWILIO, ours, protocol, START)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.serve, [])
        line.speak(tone(1.0))
        await line.over.wait()
    assert (line.hung_up, line.why) == (HungUp.LOST, f"the phone took nothing for {WRITE_WITHIN:g} s")
    del theirs


async def test_a_connection_that_breaks_is_a_lost_call(autojump_clock: MockClock) -> None:
    ours, theirs = memory_transport_pair()
    line = PhoneLine(TWILIO, ours, TWILIO.protocol(None), START)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.serve, [])
        await trio.sleep(1)
        theirs.cut()
    assert line.hung_up is HungUp.LOST


async def test_sound_without_anybody_to_hear_it_is_bounded(autojump_clock: MockClock) -> None:
    ours, theirs = memory_transport_pair()
    line = PhoneLine(ASTERISK_WEBSOCKET, ours, ASTERISK_WEBSOCKET.protocol(None), START)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.serve, [Sound(bytes(160))] * 500)
        await trio.sleep(1)
        assert line.counts.dropped == pytest.approx(10 - KEPT)
        theirs.close(1000)
    assert line.hung_up is HungUp.CALLER


async def test_sound_out_of_order_is_put_into_order(autojump_clock: MockClock) -> None:
    async with on_the_line(TELNYX) as (desk, phone):
        await trio.sleep(0.5)
        before = desk.heard_bytes()
        for number in (1002, 1001, 1003):
            media = {"track": "inbound", "chunk": str(number), "payload": "////"}
            await phone.send(json.dumps({"event": "media", "stream_id": "x", "media": media}))
        await trio.sleep(0.01)
        assert desk.call is not None
        assert desk.call.statistics.late == 0
        assert desk.heard_bytes() <= before + 640, "numbers so far ahead are waited for"


async def test_asterisk_is_sent_no_more_than_it_has_room_for(autojump_clock: MockClock) -> None:
    async with on_the_line(ASTERISK_WEBSOCKET) as (desk, phone):
        await phone.send("MEDIA_XOFF")
        await trio.sleep(0.1)
        await desk.peer.send(audio(tone(1.0)))
        await trio.sleep(1)
        assert phone.heard == 0
        await phone.send("MEDIA_XON")
        await phone.wait_heard(1.0)
        assert phone.received <= 20, "fifty frames, and ten marks"


async def test_asterisk_is_told_to_flush_and_then_what_is_new(autojump_clock: MockClock) -> None:
    async with on_the_line(ASTERISK_WEBSOCKET) as (desk, phone):
        await desk.peer.send(audio(tone(8.0)))
        await phone.wait_heard(0.5)
        await desk.peer.send(interrupted(), audio(tone(0.5)))
        await phone.wait_cleared()
        await phone.wait_heard(0.98)
        await phone.wait_silent()
        assert phone.heard == pytest.approx(1.0, abs=0.03)


async def test_a_caller_who_hangs_up_in_the_middle_of_everything_leaves_nothing(autojump_clock: MockClock) -> None:
    for moment in (0.0, 0.013, 0.1, 0.5):
        for dialect in (TWILIO, AUDIOSOCKET):
            desk = Desk(builder().transcription())
            async with on_the_line(dialect, desk) as (_, phone):
                await desk.peer.send(audio(tone(3.0)))
                await trio.sleep(moment)
                await phone.hang_up()
                await desk.over.wait()
            assert desk.ended is HungUp.CALLER
