"""The table of queues, and how a lane empties one."""

from __future__ import annotations

import pytest
import trio

from tests.peer import bare_turn_complete, call, settled, text
from trio_live.lanes import QUEUES, Overflow
from trio_live.lanes._flow import FAIRNESS
from trio_live.lanes._internal import next_burst

CAPACITIES = {
    "outbound": 256,
    "fast": 512,
    "control": 512,
    "telemetry": 512,
    "events": 4096,
    "subscribe": 512,
    "user input": 512,
    "reactions": 64,
}


def test_every_queue_has_a_length_and_says_why() -> None:
    assert {name: queue.capacity for name, queue in QUEUES.items()} == CAPACITIES
    assert all(queue.why for queue in QUEUES.values())


async def test_the_figures_show_what_waits_in_each_queue() -> None:
    async with call() as (session, peer):
        beginning = session.telemetry.snapshot()["queues"]
        assert set(beginning) == set(QUEUES)
        assert beginning == dict.fromkeys(QUEUES, 0) | {
            "telemetry": beginning["telemetry"]
        }  # the setup, not yet observed
        async with session.events():
            await peer.send(text("Hello"), bare_turn_complete())
            await settled()
            assert session.telemetry.snapshot()["queues"]["events"] >= 3


def test_only_readers_may_lose_anything() -> None:
    lossy = {name for name, queue in QUEUES.items() if queue.overflow is Overflow.DROP_OLDEST}
    assert lossy == {"events", "subscribe", "user input"}
    assert [name for name, queue in QUEUES.items() if queue.overflow is Overflow.DROP_NEWEST] == ["reactions"]


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
