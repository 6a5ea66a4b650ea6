"""Counting what passes by, without touching it."""

from __future__ import annotations

import trio
from trio.testing import MockClock

from tests.lanes.rig import BoomError, raising
from tests.peer import (
    Diary,
    audio,
    builder,
    call,
    interrupted,
    settled,
    speech,
    text,
    turn_complete,
    usage,
)


async def test_what_passes_is_counted(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(audio(bytes(2048)), audio(bytes(1024)), text("Hi"), turn_complete(), usage(11, 5))
        await peer.send(audio(b"ab"), interrupted(), turn_complete())
        await settled()
        snapshot = session.telemetry.snapshot()
    assert snapshot["audio_chunks_out"] == 3
    assert snapshot["audio_kbytes_out"] == 3
    assert snapshot["turn_count"] == 2
    assert snapshot["interruptions"] == 1
    assert snapshot["prompt_token_count"] == 11
    assert snapshot["response_token_count"] == 5


async def test_token_counts_reach_their_callback(autojump_clock: MockClock) -> None:
    diary = Diary()
    async with call(builder().on_usage(diary.note("usage"))) as (_, peer):
        await peer.send(usage(11, 5))
        await settled()
    [(_, seen)] = diary.entries
    assert (seen.prompt_token_count, seen.response_tokens) == (11, 5)


async def test_a_callback_for_tokens_that_raises_stops_no_counting(autojump_clock: MockClock) -> None:
    async with call(builder().on_usage(raising(BoomError("x")))) as (session, peer):
        await peer.send(usage(11, 5), turn_complete())
        await settled()
        assert session.telemetry.callback_errors == {"on_usage": 1}
        assert session.telemetry.turn_count == 1


async def test_the_wait_for_an_answer_is_measured(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await peer.send(speech("START"))
        await settled()
        await trio.sleep(1)
        await peer.send(speech("END"))
        await settled()
        await trio.sleep(0.3)
        await peer.send(audio(b"ab"), turn_complete())
        await settled()
        assert session.telemetry.snapshot()["last_response_latency_ms"] == 300


async def test_a_send_that_fails_starts_no_clock(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        with trio.CancelScope() as scope:
            scope.cancel()
            await session.send_text("never mind")
        assert scope.cancelled_caught
        await trio.sleep(1)
        await peer.send(text("Hello!"), turn_complete())
        await settled()
        assert session.telemetry.snapshot()["response_count"] == 0
        assert peer.texts == []


async def test_the_clock_of_a_typed_line_starts_before_it_is_sent(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        await session.send_text("Hello?")
        await trio.sleep(0.25)
        await peer.send(text("Hello!"), turn_complete())
        await settled()
        assert session.telemetry.snapshot()["last_response_latency_ms"] == 250
