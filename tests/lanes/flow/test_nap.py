"""A sleep that others end: now, soon, or not at all."""

from __future__ import annotations

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.peer import settled
from trio_live.lanes._flow import Nap

BATCH = 0.5


class Sleeper:
    """Somebody who naps for ever, and notes when it is woken."""

    def __init__(self) -> None:
        self.nap = Nap(BATCH)
        self.woken: list[float] = []

    async def run(self) -> None:
        while True:
            await self.nap.sleep()
            self.woken.append(trio.current_time())


async def test_what_is_urgent_wakes_at_once(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    sleeper = Sleeper()
    nursery.start_soon(sleeper.run)
    await settled()
    for _ in range(3):
        sleeper.nap.end()
        await settled()
    assert sleeper.woken == [0, 0, 0]


async def test_the_first_after_a_quiet_time_wakes_at_once_too(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    sleeper = Sleeper()
    nursery.start_soon(sleeper.run)
    await settled()
    sleeper.nap.end_soon()
    await settled()
    await trio.sleep(BATCH)
    sleeper.nap.end_soon()
    await settled()
    assert sleeper.woken == [0, BATCH]


async def test_those_that_follow_share_a_wake_up(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    sleeper = Sleeper()
    nursery.start_soon(sleeper.run)
    await settled()
    for _ in range(20):
        sleeper.nap.end_soon()
        await trio.sleep(0.1)
    await trio.sleep(10)
    assert sleeper.woken == pytest.approx([0, 0.5, 1.0, 1.5, 2.0])


async def test_a_nap_has_a_longest_length(autojump_clock: MockClock) -> None:
    nap = Nap(BATCH)
    with trio.testing.assert_checkpoints():
        await nap.sleep(3)
    assert trio.current_time() == 3


async def test_a_cancelled_nap_can_be_followed_by_another(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    sleeper = Sleeper()
    with trio.move_on_after(1):
        await sleeper.run()
    sleeper.nap.end()
    sleeper.nap.end_soon()
    nursery.start_soon(sleeper.run)
    await settled()
    assert sleeper.woken == []
    sleeper.nap.end()
    await settled()
    assert sleeper.woken == [1]


@given(st.lists(st.tuples(st.sampled_from(["now", "soon", "later"]), st.sampled_from([0.0, 0.1, 0.3, 0.7]))))
def test_whatever_comes_nothing_waits_too_long_and_nobody_is_woken_too_often(script: list[tuple[str, float]]) -> None:
    trio.run(perform, script, clock=MockClock(autojump_threshold=0))


async def perform(script: list[tuple[str, float]]) -> None:
    sleeper = Sleeper()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(sleeper.run)
        await settled()
        urgent, patient = list[float](), list[float]()
        for kind, pause in script:
            now = trio.current_time()
            if kind == "now":
                sleeper.nap.end()
                urgent.append(now)
            elif kind == "soon":
                sleeper.nap.end_soon()
                patient.append(now)
            await settled()
            await trio.sleep(pause)
        await trio.sleep(BATCH)
        nursery.cancel_scope.cancel()
    slack = 1e-6
    assert all(moment in sleeper.woken for moment in urgent)
    assert all(any(moment <= woken <= moment + BATCH + slack for woken in sleeper.woken) for moment in patient)
    for before, woken in zip(sleeper.woken, sleeper.woken[1:], strict=False):
        assert woken in urgent or woken >= before + BATCH - slack
