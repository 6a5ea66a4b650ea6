"""The table of queues, and how a lane empties one."""

from __future__ import annotations

from unittest import mock

import pytest
import trio

from tests.lanes.rig import dial_raising, plan_for
from tests.peer import call, settled
from trio_live.lanes import QUEUES, Overflow, Queue
from trio_live.lanes._internal import Runtime, next_burst
from trio_live.lanes._queues import FAIRNESS

CAPACITIES = {"outbound": 256, "fast": 512, "control": 512, "telemetry": 512, "events": 4096, "subscribe": 512}


def test_every_queue_has_a_length_and_says_why() -> None:
    assert {name: queue.capacity for name, queue in QUEUES.items()} == CAPACITIES
    assert all(queue.why for queue in QUEUES.values())


def test_only_readers_of_events_may_lose_anything() -> None:
    lossy = {name for name, queue in QUEUES.items() if queue.overflow is Overflow.DROP_OLDEST}
    assert lossy == {"events", "subscribe"}


async def test_a_running_session_has_the_queues_of_the_table() -> None:
    async with call() as (session, _):
        runtime = session._runtime
        lanes = {"fast": runtime.router.fast, "control": runtime.router.control}
        for name, channel in lanes.items():
            assert channel.statistics().max_buffer_size == CAPACITIES[name]
        assert runtime.outbound._receive.statistics().max_buffer_size == CAPACITIES["outbound"]
        assert runtime._telemetry_lane._capacity == CAPACITIES["telemetry"]
        assert session.events()._capacity == CAPACITIES["events"]
        assert session.subscribe()._capacity == CAPACITIES["subscribe"]


async def test_a_queue_does_what_the_table_says_or_does_not_open() -> None:
    with pytest.raises(RuntimeError, match="cannot be made to 'wait'"):
        QUEUES["events"].room_that(Overflow.WAIT)
    events = Queue(4096, Overflow.WAIT, "a reader that must miss nothing", 1024)
    with mock.patch.dict(QUEUES, events=events), pytest.raises(RuntimeError, match="'drop the oldest'"):
        Runtime(plan_for(dial_raising(None)))


async def test_a_burst_is_everything_that_is_there() -> None:
    send, receive = trio.open_memory_channel[int](10)
    for number in range(3):
        send.send_nowait(number)
    assert await next_burst(receive) == [0, 1, 2]


async def test_a_burst_leaves_others_their_turn() -> None:
    send, receive = trio.open_memory_channel[int](FAIRNESS * 2)
    for number in range(FAIRNESS + 1):
        send.send_nowait(number)
    assert await next_burst(receive) == list(range(FAIRNESS))
    assert await next_burst(receive) == [FAIRNESS]


async def test_what_is_left_when_the_queue_closes_is_still_a_burst() -> None:
    send, receive = trio.open_memory_channel[int](10)
    send.send_nowait(1)
    send.close()
    assert await next_burst(receive) == [1]
    with pytest.raises(trio.EndOfChannel):
        await next_burst(receive)


async def test_a_cancelled_wait_for_a_burst_loses_nothing() -> None:
    send, receive = trio.open_memory_channel[int](10)
    with trio.CancelScope() as scope:
        scope.cancel()
        await next_burst(receive)
    send.send_nowait(7)
    with trio.CancelScope() as scope:
        scope.cancel()
        await next_burst(receive)
    assert await next_burst(receive) == [7]


async def test_waiting_for_a_burst_is_a_checkpoint(nursery: trio.Nursery) -> None:
    send, receive = trio.open_memory_channel[int](10)
    with trio.testing.assert_checkpoints():
        nursery.start_soon(send.send, 1)
        await next_burst(receive)
    await settled()
