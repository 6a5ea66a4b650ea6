from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.phases.conftest import SilentWriter
from tests.phases.hooks import raising
from trio_live.control._conversation import run_steps
from trio_live.lanes._internal import Dispatcher, ErrorDesk
from trio_live.phases._internal import HookCall, Steps
from trio_live.state import State

Report = tuple[str, bool]


class Stage:
    """A dispatcher, and what it was told."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self.told: list[str] = []
        desk = ErrorDesk("report", tell=lambda message, _: self.told.append(message), count=lambda _: None, fail=_never)
        self.dispatcher = Dispatcher(desk, nursery)

    async def run(self, steps: Steps[str]) -> str:
        return await run_steps(steps, self.dispatcher, State(), SilentWriter())


def _never(error: BaseException) -> None:
    raise AssertionError from error


def steps_of(*calls: HookCall, ended: list[str]) -> Steps[str]:
    try:
        for call in calls:
            yield call
            ended.append(call.where)
    finally:
        ended.append("closed")
    return "done"


async def test_every_call_is_made_in_order_and_one_that_raises_is_told_by_its_name(
    nursery: trio.Nursery,
) -> None:
    stage, ended = Stage(nursery), list[str]()
    seen: list[str | None] = []

    async def look(*_: object) -> None:
        await trio.lowlevel.checkpoint()
        seen.append(stage.dispatcher.in_progress)

    steps = steps_of(HookCall("one", raising(ValueError("no"))), HookCall("two", look), ended=ended)
    assert await stage.run(steps) == "done"
    assert seen == ["two"], "whoever waits is told by name for what"
    assert ended == ["one", "two", "closed"]
    assert len(stage.told) == 1
    assert "one" in stage.told[0]


async def test_a_call_that_takes_too_long_is_cancelled_and_told(
    nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    stage, ended = Stage(nursery), list[str]()

    async def sleep(*_: object) -> None:
        await trio.sleep(60)

    slow = HookCall("slow", sleep, 2.0)
    assert await stage.run(steps_of(slow, ended=ended)) == "done"
    assert trio.current_time() == pytest.approx(2.0, abs=0.01)
    assert "longer than 2 s" in stage.told[0]


async def test_cancellation_closes_the_steps_where_they_stand(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    stage, ended = Stage(nursery), list[str]()

    async def forever(*_: object) -> None:
        await trio.sleep_forever()

    with trio.move_on_after(1) as scope:
        await stage.run(steps_of(HookCall("one", forever), HookCall("two", forever), ended=ended))
    assert scope.cancelled_caught
    assert ended == ["closed"]
    assert stage.told == []
