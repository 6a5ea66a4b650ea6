"""Any number of readers, none of which can slow the publisher."""

from __future__ import annotations

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import audio, call, collect, reading, settled, text, thought
from trio_live import SessionPhase, events, wire_events
from trio_live.lanes import LiveEventStream
from trio_live.lanes._fanout import SOON
from trio_live.lanes._internal import Fanout


class Lagged:
    """Counts what readers lost."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def fanout(capacity: int = 4) -> Fanout[int]:
    return Fanout(capacity, Lagged())


async def rest(stream: LiveEventStream[int]) -> list[int]:
    stream.close()
    return [event async for event in stream]


async def test_a_reader_sees_what_is_published_from_now_on_in_order() -> None:
    source = fanout()
    source.publish(0)
    stream = source.subscribe()
    for number in (1, 2, 3):
        source.publish(number)
    assert await rest(stream) == [1, 2, 3]


async def test_a_slow_reader_loses_the_oldest_and_knows_how_many() -> None:
    lagged = Lagged()
    source = Fanout[int](4, lagged)
    slow, quick = source.subscribe(), source.subscribe()
    seen = []
    for number in range(10):
        source.publish(number)
        seen.append(await anext(quick))
    assert seen == list(range(10))
    assert slow.lagged == lagged.times == 6
    assert quick.lagged == 0
    assert await rest(slow) == [6, 7, 8, 9]


async def test_publishing_without_readers_is_free() -> None:
    source = fanout()
    assert source.readers == []
    source.publish(1)
    assert source.readers == []


async def test_readers_are_independent_and_may_leave() -> None:
    source = fanout()
    first, second = source.subscribe(), source.subscribe()
    source.publish(1)
    async with first:
        assert await anext(first) == 1
    source.publish(2)
    assert await rest(first) == []
    assert await rest(second) == [1, 2]
    assert source.readers == []


async def test_leaving_while_waiting_ends_the_iteration(nursery: trio.Nursery) -> None:
    source, seen = fanout(), list[int]()
    stream = source.subscribe()
    nursery.start_soon(collect, stream, seen)
    await settled()
    stream.close()
    stream.close()


async def test_the_end_comes_after_the_last_event(nursery: trio.Nursery) -> None:
    source, seen = fanout(), list[int]()
    waiting, idle = source.subscribe(), source.subscribe()
    nursery.start_soon(collect, waiting, seen)
    await settled()
    source.publish(1)
    source.close()
    source.publish(2)
    await settled()
    assert seen == [1]
    assert [event async for event in idle] == [1]
    assert [event async for event in source.subscribe()] == []


async def test_a_cancelled_read_loses_nothing() -> None:
    source = fanout()
    stream = source.subscribe()
    with trio.CancelScope() as scope:
        scope.cancel()
        await anext(stream)
    assert scope.cancelled_caught
    source.publish(1)
    with trio.CancelScope() as scope:
        scope.cancel()
        await anext(stream)
    assert scope.cancelled_caught
    assert await anext(stream) == 1


async def test_a_read_that_waits_and_the_end_are_checkpoints(nursery: trio.Nursery) -> None:
    source = fanout()
    stream = source.subscribe()

    async def publish_later() -> None:
        await settled()
        source.publish(1)

    nursery.start_soon(publish_later)
    with trio.testing.assert_checkpoints():
        await anext(stream)
    stream.close()
    with trio.testing.assert_checkpoints(), pytest.raises(StopAsyncIteration):
        await anext(stream)


@given(st.lists(st.one_of(st.integers(0, 99), st.none()), max_size=60), st.integers(1, 6))
def test_a_reader_has_the_newest_of_what_it_did_not_read(script: list[int | None], capacity: int) -> None:
    """Against a list: numbers are published, ``None`` reads one."""

    async def main() -> None:
        source = Fanout[int](capacity, lambda: None)
        stream, model, lost = source.subscribe(), list[int](), 0
        for step in script:
            if step is not None:
                source.publish(step)
                model.append(step)
                lost += max(0, len(model) - capacity)
                model = model[-capacity:]
            elif model:
                assert await anext(stream) == model.pop(0)
        assert stream.lagged == lost
        assert await rest(stream) == model

    trio.run(main)


async def test_live_events_and_wire_events_have_streams_of_their_own() -> None:
    async with call() as (session, peer), session.subscribe() as wire, reading(session) as seen:
        await peer.send(text("Hi"))
        await settled()
        assert await anext(wire) == wire_events.PhaseChanged(SessionPhase.MODEL_SPEAKING)
        assert await anext(wire) == wire_events.TextDelta("Hi")
        assert events.TextDelta("Hi") in seen


async def test_a_lagging_reader_shows_in_the_telemetry() -> None:
    async with call() as (session, peer), session.subscribe() as wire:
        for _ in range(10):
            await peer.send(*[text("word")] * 60)
            await settled()
        assert wire.lagged == 601 - 512
        assert session.telemetry.snapshot()["lagged_subscribers"] == wire.lagged


async def test_a_stream_opened_after_the_end_is_over() -> None:
    async with call() as (session, _):
        await session.disconnect()
        assert [event async for event in session.events()] == []
        assert [event async for event in session.subscribe()] == []


# -- several for one wake-up ----------------------------------------------------------------------------------------


async def read_noting(stream: LiveEventStream[int], seen: list[tuple[float, int]]) -> None:
    async for number in stream:
        seen.append((round(trio.current_time(), 6), number))  # noqa: PERF401  # one by one: it is watched while it grows


async def test_what_may_wait_is_seen_in_batches_and_never_later_than_promised(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    source, seen = fanout(100), list[tuple[float, int]]()
    nursery.start_soon(read_noting, source.subscribe(), seen)
    await settled()
    for number in range(8):
        source.publish_soon(number)
        await trio.sleep(SOON * 0.3)
    await trio.sleep(1)
    assert [number for _, number in seen] == list(range(8))
    assert [moment for moment, _ in seen] == [0.0, *[SOON] * 3, *[2 * SOON] * 3, 3 * SOON]


async def test_what_may_not_wait_is_seen_at_once_and_takes_along_what_waits(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    source, seen = fanout(100), list[tuple[float, int]]()
    nursery.start_soon(read_noting, source.subscribe(), seen)
    await settled()
    source.publish_soon(0)
    await settled()
    source.publish_soon(1)
    source.publish(2)
    await settled()
    assert seen == [(0.0, 0), (0.0, 1), (0.0, 2)]


async def test_half_a_ring_is_worth_waking_for(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    source, seen = fanout(10), list[tuple[float, int]]()
    nursery.start_soon(read_noting, source.subscribe(), seen)
    await settled()
    source.publish_soon(0)
    await settled()
    for number in range(1, 6):
        source.publish_soon(number)
    await settled()
    assert [number for _, number in seen] == [0, 1, 2, 3, 4, 5]
    assert trio.current_time() == 0


async def test_sound_may_wait_and_nothing_else(autojump_clock: MockClock) -> None:
    async with call() as (session, peer), reading(session) as seen:
        await peer.send(audio(b"ab"))
        await settled()
        await peer.send(audio(b"cd"))
        await settled()
        assert [event for event in seen if isinstance(event, events.Audio)] == [events.Audio(b"ab")]
        await trio.sleep(SOON)
        await settled()
        assert [event for event in seen if isinstance(event, events.Audio)] == [
            events.Audio(b"ab"),
            events.Audio(b"cd"),
        ]
        await peer.send(audio(b"ef"), thought("Hm"))
        await settled()
        assert list(seen)[-2:] == [events.Audio(b"ef"), events.Thought("Hm")]
