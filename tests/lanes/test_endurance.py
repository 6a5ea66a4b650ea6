"""Many sessions one after the other, and one after many events: what is over is gone."""

from __future__ import annotations

import gc
import tracemalloc

import trio
from trio.testing import MockClock

from tests.peer import (
    audio,
    builder,
    call,
    call_of,
    cancels,
    interrupted,
    parts_of,
    settled,
    text,
    tool_call,
    turn_complete,
)
from trio_live.lanes._internal import SessionParts

SESSIONS = 500
ALLOWED_BYTES = 1_000_000
"""For all of them together. Trio keeps some deadlines that have passed, a few hundred kilobytes at most; sessions that
stayed in memory would need thirty megabytes."""


async def one_session() -> None:
    async with call(builder().on_audio(lambda _: None)) as (session, peer), session.events():
        await peer.send(audio(b"ab"), turn_complete())
        await session.send_text("Hello")


def sessions() -> int:
    """Those that are in memory: other tests may still hold a few."""
    return sum(isinstance(thing, SessionParts) for thing in gc.get_objects())


async def test_five_hundred_sessions_leave_neither_tasks_nor_memory(autojump_clock: MockClock) -> None:
    for _ in range(20):
        await one_session()
    tasks = trio.lowlevel.current_statistics().tasks_living
    gc.collect()
    sessions_before = sessions()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for _ in range(SESSIONS):
            await one_session()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert trio.lowlevel.current_statistics().tasks_living == tasks
    assert after - before < ALLOWED_BYTES
    assert sessions() == sessions_before


async def test_a_hundred_sessions_at_once_end_together(autojump_clock: MockClock) -> None:
    tasks = trio.lowlevel.current_statistics().tasks_living
    async with trio.open_nursery() as nursery:
        for _ in range(100):
            nursery.start_soon(one_session)
    assert trio.lowlevel.current_statistics().tasks_living == tasks


async def test_what_is_remembered_of_a_long_session_does_not_grow(autojump_clock: MockClock) -> None:
    """Calls, cancellations and interruptions by the thousand; ids above all."""
    async with call(builder()) as (session, peer):
        for number in range(2000):
            await peer.send(tool_call(call_of("f", f"id-{number}")), cancels(f"id-{number}"), interrupted(), text("x"))
            if number % 50 == 0:
                await settled()
        await settled()
        calls = parts_of(session).protocol.calls
        assert not calls.waits
        assert calls.take_cancelled() == ()
        assert not parts_of(session).calls._scopes
        assert session.phase.value == "ModelSpeaking"
