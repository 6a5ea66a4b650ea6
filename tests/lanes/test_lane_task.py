"""A lane ends by itself, or is ended in time."""

from __future__ import annotations

from functools import partial

import pytest
import trio
from trio.testing import MockClock

from trio_live.lanes._lane_task import LaneTask


@pytest.mark.parametrize(("takes", "over_at"), [(0.5, 0.5), (3.0, 1.0)])
async def test_a_lane_has_its_time_and_no_more(
    takes: float, over_at: float, autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    lane = LaneTask("fast", partial(trio.sleep, takes), patience=1.0, stop=print)
    nursery.start_soon(lane.run)
    await lane.finish()
    assert trio.current_time() == over_at
    assert lane.scope.cancelled_caught is (takes > over_at)


async def test_a_lane_without_patience_is_ended_at_once(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    lane = LaneTask("timers", trio.sleep_forever, patience=0.0, stop=print)
    nursery.start_soon(lane.run)
    await lane.finish()
    assert trio.current_time() == 0


async def test_a_lane_that_ended_long_ago_costs_nothing(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    lane = LaneTask("fast", trio.lowlevel.checkpoint, patience=1.0, stop=print)
    await lane.run()
    await lane.finish()
    assert trio.current_time() == 0


async def test_what_a_lane_raises_goes_on(autojump_clock: MockClock) -> None:
    async def broken() -> None:
        raise ValueError

    lane = LaneTask("fast", broken, patience=1.0, stop=print)
    with pytest.raises(ValueError):
        await lane.run()
    assert not lane.done.is_set()


async def test_ctrl_c_ends_the_session_instead_of_its_lane(autojump_clock: MockClock) -> None:
    pressed = KeyboardInterrupt()

    async def interrupted() -> None:
        await trio.lowlevel.checkpoint()
        raise pressed

    told: list[KeyboardInterrupt] = []
    lane = LaneTask("fast", interrupted, patience=1.0, stop=told.append)
    await lane.run()
    await lane.finish()
    assert told == [pressed]
