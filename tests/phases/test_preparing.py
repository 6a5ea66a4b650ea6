from __future__ import annotations

import pytest

from tests.phases.hooks import Cancelled, made, raising
from trio_live.events import SessionWriter
from trio_live.phases import Phase, PhaseHook, PhasePreparation
from trio_live.phases._internal import ErrorReporter, HookCall
from trio_live.phases._preparing import Preparer
from trio_live.state import State


def setting(*keys: str) -> PhaseHook:
    async def run(state: State, _writer: SessionWriter) -> None:
        for key in keys:
            state.modify(key, 0, lambda count: count + 1)

    return run


async def test_p36_all_preparations_run_in_order_known_or_not(
    state: State, writer: SessionWriter, report: ErrorReporter
) -> None:
    phase = Phase(
        "pay",
        requires=["a", "b"],
        preparations=[PhasePreparation("second", ["b"], setting("b")), PhasePreparation("first", ["a"], setting("a"))],
    )
    state.set("a", 5)
    ran = await made(Preparer().steps(phase, 0.0), report, state, writer)
    assert ran == ("second", "first")
    assert state.to_dict() == {"a": 6, "b": 1}


async def test_a_failing_preparation_is_told_by_name_and_the_rest_still_run(
    state: State, writer: SessionWriter, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    broken = raising(ValueError("no account"))
    phase = Phase(
        "pay", preparations=[PhasePreparation("load", ["a"], broken), PhasePreparation("add", ["b"], setting("b"))]
    )
    assert await made(Preparer().steps(phase, 0.0), report, state, writer) == ("load", "add")
    assert state.to_dict() == {"b": 1}
    assert [(where, str(error)) for where, error in reports] == [("phase 'pay' preparation 'load'", "no account")]


async def test_a_costly_preparation_is_not_run_again_before_its_time(
    state: State, writer: SessionWriter, report: ErrorReporter
) -> None:
    phase = Phase(
        "pay",
        preparations=[
            PhasePreparation("costly", ["a"], setting("a"), retry_after=10.0),
            PhasePreparation("cheap", ["b"], setting("b")),
        ],
    )
    preparer = Preparer()
    for now in (100.0, 105.0, 109.9, 110.0):
        await made(preparer.steps(phase, now), report, state, writer)
    assert state.to_dict() == {"a": 2, "b": 4}


def test_a_preparation_says_how_long_it_may_take() -> None:
    run = setting("a")
    phase = Phase("pay", preparations=[PhasePreparation("slow", ["a"], run, timeout=3.0)])
    assert list(Preparer().steps(phase, 0.0)) == [HookCall("phase 'pay' preparation 'slow'", run, 3.0)]


async def test_a_cancelled_preparation_keeps_later_ones_from_beginning_and_counts_as_tried(
    state: State, writer: SessionWriter, report: ErrorReporter
) -> None:
    one = PhasePreparation("one", [], raising(Cancelled()), retry_after=10.0)
    phase = Phase("pay", preparations=[one, PhasePreparation("two", ["b"], setting("b"))])
    preparer = Preparer()
    with pytest.raises(Cancelled):
        await made(preparer.steps(phase, 0.0), report, state, writer)
    assert state.to_dict() == {}
    assert await made(preparer.steps(phase, 1.0), report, state, writer) == ("two",)
