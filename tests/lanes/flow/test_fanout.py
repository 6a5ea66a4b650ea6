"""Any number of readers, none of which can slow the publisher."""

from __future__ import annotations

import gc

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.lanes.rig import ring
from tests.peer import audio, bare_turn_complete, call, collect, parts_of, reading, settled, text, thought
from trio_live import SessionPhase, events, wire_events
from trio_live.lanes import LiveEventStream
from trio_live.lanes._internal import Fanout


class Lagged:
    """Counts what readers lost."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


def fanout(capacity: int = 4) -> Fanout[int]:
    return Fanout(ring(capacity), Lagged())


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
    source = Fanout[int](ring(4), lagged)
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


async def test_a_reader_that_nobody_holds_is_forgotten_with_the_next_event() -> None:
    source = fanout()
    kept, dropped = source.subscribe(), source.subscribe()
    source.publish(1)
    del dropped
    gc.collect()
    source.publish(2)
    assert len(source.readers) == 1
    assert await rest(kept) == [1, 2]
    assert source.readers == []


async def test_who_leaves_a_loop_without_a_block_leaves_no_reader_behind(autojump_clock: MockClock) -> None:
    async with call() as (session, peer):
        source = parts_of(session).events
        for turn in range(300):
            await peer.send(text("Hi"), bare_turn_complete())
            async for event in session.events():
                if isinstance(event, events.TurnComplete):
                    break
            gc.collect(0)
            assert len(source.readers) <= 2, turn


async def test_a_task_that_waits_keeps_its_reader(nursery: trio.Nursery) -> None:
    source, seen = fanout(), list[int]()

    async def read() -> None:
        async for number in source.subscribe():
            seen.append(number)  # one by one

    nursery.start_soon(read)
    await settled()
    gc.collect()
    source.publish(1)
    await settled()
    assert seen == [1]
    source.close()


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
        source = Fanout[int](ring(capacity), lambda: None)
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


# -- waking -----------------------------------------------------------------------------------------------------------


class Turns(trio.abc.Instrument):
    """Counts the steps of one task."""

    def __init__(self) -> None:
        self.task: trio.lowlevel.Task | None = None
        self.count = 0

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self.count += task is self.task


async def test_a_reader_is_woken_once_for_all_that_comes_before_its_turn(nursery: trio.Nursery) -> None:
    source, seen, turns = fanout(), list[int](), Turns()
    stream = source.subscribe()

    async def read() -> None:
        turns.task = trio.lowlevel.current_task()
        await collect(stream, seen)

    nursery.start_soon(read)
    await settled()
    trio.lowlevel.add_instrument(turns)
    for batch in ([1], [2, 3, 4], [5, 6]):
        for number in batch:
            source.publish(number)
        await settled()
    assert seen == [1, 2, 3, 4, 5, 6]
    assert turns.count == 3
    trio.lowlevel.remove_instrument(turns)
    stream.close()


async def test_a_stream_is_for_one_task(nursery: trio.Nursery) -> None:
    source, seen = fanout(), list[int]()
    stream = source.subscribe()
    nursery.start_soon(collect, stream, seen)
    await settled()
    with pytest.raises(trio.BusyResourceError, match="subscribe once more"):
        await anext(stream)
    source.publish(1)
    await settled()
    assert seen == [1]
    stream.close()


async def test_a_reader_that_gave_up_waiting_is_not_woken(nursery: trio.Nursery) -> None:
    source = fanout()
    stream = source.subscribe()
    with trio.CancelScope() as scope:
        nursery.start_soon(cancel_when_settled, scope)
        await anext(stream)
    source.publish(1)
    assert await anext(stream) == 1


async def cancel_when_settled(scope: trio.CancelScope) -> None:
    await settled()
    scope.cancel()


async def test_sound_is_seen_as_soon_as_everything_else() -> None:
    async with call() as (session, peer), reading(session) as seen:
        await peer.send(audio(b"ab"))
        await settled()
        assert list(seen)[-1:] == [events.Audio(b"ab")]
        await peer.send(audio(b"ef"), thought("Hm"))
        await settled()
        assert list(seen)[-2:] == [events.Audio(b"ef"), events.Thought("Hm")]


async def test_its_depth_is_what_waits_for_the_slowest_reader() -> None:
    fanout = Fanout[int](ring(4), lambda: None)
    assert fanout.depth == 0
    quick, slow = fanout.subscribe(), fanout.subscribe()
    for number in range(3):
        fanout.publish(number)
    assert await anext(quick) == 0
    assert fanout.depth == 3
    slow.close()
    assert fanout.depth == 2
