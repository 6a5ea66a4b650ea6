"""Reading until nothing more comes, in virtual time."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.lanes.rig import ring
from trio_live.lanes import LiveEventStream
from trio_live.lanes._internal import Fanout
from trio_live.testing import collect_events_until_idle


def channel(capacity: int = 100) -> tuple[Fanout[int], LiveEventStream[int]]:
    fanout: Fanout[int] = Fanout(ring(capacity), lambda: None)
    return fanout, fanout.subscribe()


async def publish(fanout: Fanout[int], *gaps: float) -> None:
    for number, gap in enumerate(gaps):
        await trio.sleep(gap)
        fanout.publish(number)


async def test_it_reads_what_is_there_and_then_waits_for_quiet(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    fanout, stream = channel()
    nursery.start_soon(publish, fanout, 0, 0.5, 0.9, 1.1)
    began = trio.current_time()
    assert await collect_events_until_idle(stream, 1.0) == [0, 1, 2]
    assert trio.current_time() - began == pytest.approx(2.4)
    assert await collect_events_until_idle(stream, 1.0) == [3]


async def test_the_limit_ends_it_even_in_the_middle_of_events(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    fanout, stream = channel()
    nursery.start_soon(publish, fanout, *[0.5] * 20)
    began = trio.current_time()
    assert await collect_events_until_idle(stream, 1.0, limit=3.2) == [0, 1, 2, 3, 4, 5]
    assert trio.current_time() - began == pytest.approx(3.2)
    nursery.cancel_scope.cancel()


async def test_a_limit_of_nothing_reads_nothing_that_is_not_there(autojump_clock: MockClock) -> None:
    _, stream = channel()
    assert await collect_events_until_idle(stream, 1.0, limit=0) == []


async def test_the_end_of_the_session_ends_it_at_once(autojump_clock: MockClock) -> None:
    fanout, stream = channel()
    fanout.publish(1)
    fanout.close()
    began = trio.current_time()
    assert await collect_events_until_idle(stream, 60) == [1]
    assert trio.current_time() == began


async def test_what_a_slow_reader_lost_is_not_waited_for(autojump_clock: MockClock) -> None:
    fanout, stream = channel(capacity=2)
    for number in range(5):
        fanout.publish(number)
    assert await collect_events_until_idle(stream, 1) == [3, 4]
    assert stream.lagged == 3


async def test_cancelled_it_loses_nothing_that_comes_later(autojump_clock: MockClock) -> None:
    fanout, stream = channel()
    with trio.move_on_after(1):
        await collect_events_until_idle(stream, 10)
    fanout.publish(7)
    assert await collect_events_until_idle(stream, 1) == [7]
