"""How much events weigh, and how much of them may wait."""

from __future__ import annotations

from collections import deque

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from tests.lanes.delivery.test_router import SAMPLES
from tests.lanes.rig import forever, ring, router_of, telemetry_lane
from tests.peer import builder, call, call_of, media, settled, text, tool_call, turn_complete
from trio_live import events, wire_events
from trio_live.lanes import QUEUES
from trio_live.lanes._flow import ByteBudget, weigh
from trio_live.lanes._internal import Fanout
from trio_live.wire import FunctionCall

MIB = 1024 * 1024
LARGE = 300_000


def test_every_event_weighs_something() -> None:
    assert all(0 < weigh(event) < 10_000 for event in SAMPLES)


@pytest.mark.parametrize(
    "event",
    [
        wire_events.AudioData(b"x" * LARGE),
        wire_events.Media("video/mp4", b"x" * LARGE),
        wire_events.Thought("x" * LARGE),
        wire_events.ToolCall((FunctionCall("1", "f", {"a": ["x" * LARGE]}),)),
        wire_events.UnknownMessage({"a": {"b": "x" * LARGE}}),
        events.ToolExecution("f", {"a": "x" * LARGE}, {}),
        events.Error("x" * LARGE),
    ],
)
def test_what_an_event_carries_counts_wherever_it_stands(event: object) -> None:
    assert LARGE < weigh(event) < LARGE + 2000


async def test_a_budget_makes_wait_what_does_not_fit_and_lets_one_large_thing_in_alone() -> None:
    budget = ByteBudget(10)
    assert budget.take(100)
    assert not budget.take(1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(budget.wait, 1)
        await wait_all_tasks_blocked()
        assert budget.held == 100
        budget.release(100)
    assert budget.held == 1


async def test_a_cancelled_wait_takes_nothing() -> None:
    budget = ByteBudget(10)
    budget.take(10)
    with trio.move_on_after(0):
        await budget.wait(5)
    assert budget.held == 10


async def test_a_slow_reader_loses_the_oldest_when_they_are_too_heavy() -> None:
    source = Fanout[events.LiveEvent](ring(100, MIB), lambda: None)
    slow = source.subscribe()
    for number in range(50):
        source.publish(events.Media("image/jpeg", bytes([number]) * 100_000))
    assert 5 <= len(slow._ring) <= 11
    assert slow.lagged == 50 - len(slow._ring)
    newest = slow._ring[-1]
    assert isinstance(newest, events.Media)
    assert newest.data[0] == 49


async def test_a_server_cannot_fill_the_memory_while_a_callback_takes_its_time(autojump_clock: object) -> None:
    """It sends 200 MB; the socket is the back-pressure."""
    live = builder().on_turn_complete(forever).on_interrupted(forever)
    async with call(live) as (session, peer), session.events() as slow, session.subscribe() as raw:
        await settled()
        for _ in range(25):
            await peer.send(
                turn_complete(), text("x" * 250_000), media("video/mp4", b"x" * MIB), tool_call(call_of("f"))
            )
        await settled()
        router = router_of(session)
        assert router.control_bytes.held <= QUEUES["control"].bytes_of_peer + 2 * MIB
        assert router.fast_bytes.held <= QUEUES["fast"].bytes_of_peer + 2 * MIB
        assert telemetry_lane(session)._held <= QUEUES["telemetry"].bytes_of_peer + 2 * MIB
        waiting: list[deque[object]] = [slow._ring, raw._ring]  # type: ignore[list-item]
        for row, held in zip((QUEUES["events"], QUEUES["subscribe"]), waiting, strict=True):
            assert sum(map(weigh, held)) <= row.bytes_of_peer + 2 * MIB
