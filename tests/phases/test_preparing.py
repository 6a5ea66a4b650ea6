from __future__ import annotations

import pytest

from trio_live.events import SessionWriter
from trio_live.phases import ErrorReporter, Phase, PhaseHook, PhasePreparation, run_untimed
from trio_live.phases._preparing import Preparer
from trio_live.state import State


class Cancelled(BaseException):
    """Stands for a cancellation."""


def setting(*keys: str) -> PhaseHook:
    async def run(state: State, _writer: SessionWriter) -> None:
        for key in keys:
            state.modify(key, 0, lambda count: count + 1)

    return run


async def broken(*_: object) -> None:
    raise ValueError("no account")


async def test_p36_all_preparations_run_in_order_known_or_not(
    state: State, writer: SessionWriter, report: ErrorReporter
) -> None:
    phase = Phase(
        "pay",
        requires=["a", "b"],
        preparations=[PhasePreparation("second", ["b"], setting("b")), PhasePreparation("first", ["a"], setting("a"))],
    )
    state.set("a", 5)
    ran = await Preparer(report).run(phase, state, writer, now=0.0, run=run_untimed)
    assert ran == ("second", "first")
    assert state.to_dict() == {"a": 6, "b": 1}


async def test_a_failing_preparation_is_told_by_name_and_the_rest_still_run(
    state: State, writer: SessionWriter, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    phase = Phase(
        "pay", preparations=[PhasePreparation("load", ["a"], broken), PhasePreparation("add", ["b"], setting("b"))]
    )
    assert await Preparer(report).run(phase, state, writer, now=0.0, run=run_untimed) == ("load", "add")
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
    preparer = Preparer(report)
    for now in (100.0, 105.0, 109.9, 110.0):
        await preparer.run(phase, state, writer, now=now, run=run_untimed)
    assert state.to_dict() == {"a": 2, "b": 4}


async def test_who_has_a_clock_keeps_the_time(
    state: State, writer: SessionWriter, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    async def impatient(preparation: PhasePreparation, state: State, writer: SessionWriter) -> None:
        assert preparation.timeout == 3.0
        raise TimeoutError

    phase = Phase("pay", preparations=[PhasePreparation("slow", ["a"], setting("a"), timeout=3.0)])
    await Preparer(report).run(phase, state, writer, now=0.0, run=impatient)
    assert state.to_dict() == {}
    assert [type(error) for _, error in reports] == [TimeoutError]


async def test_a_cancelled_preparation_keeps_later_ones_from_beginning(
    state: State, writer: SessionWriter, report: ErrorReporter
) -> None:
    async def cancelled(*_: object) -> None:
        raise Cancelled

    phase = Phase(
        "pay", preparations=[PhasePreparation("one", [], cancelled), PhasePreparation("two", ["b"], setting("b"))]
    )
    with pytest.raises(Cancelled):
        await Preparer(report).run(phase, state, writer, now=0.0, run=run_untimed)
    assert state.to_dict() == {}
