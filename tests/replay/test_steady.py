from __future__ import annotations

from importlib import import_module

import pytest
import trio
from trio.testing import MockClock

from trio_live.replay import _steady
from trio_live.replay._steady import DICE, SWITCH, steady_scheduler


def order_of_twenty() -> list[int]:
    """In which order twenty tasks run that wake in the same instant."""
    order: list[int] = []

    async def sleep(number: int) -> None:
        await trio.sleep(1)
        order.append(number)

    async def run() -> None:
        async with trio.open_nursery() as nursery:
            for number in range(20):
                nursery.start_soon(sleep, number)

    trio.run(run, clock=MockClock(autojump_threshold=0))
    return order


def test_tasks_that_wake_together_run_in_the_same_order_each_time() -> None:
    orders = []
    for _ in range(10):
        with steady_scheduler():
            orders.append(order_of_twenty())
    assert all(order == orders[0] for order in orders)


def test_chance_goes_on_as_if_nothing_had_been() -> None:
    scheduler = import_module("trio._core._run")
    before, state = getattr(scheduler, SWITCH), getattr(scheduler, DICE).getstate()
    with steady_scheduler():
        order_of_twenty()
    assert (getattr(scheduler, SWITCH), getattr(scheduler, DICE).getstate()) == (before, state)


def test_a_trio_without_the_switch_runs_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_steady, "SWITCH", "no_such_name")
    with steady_scheduler():
        assert sorted(order_of_twenty()) == [*range(20)]
