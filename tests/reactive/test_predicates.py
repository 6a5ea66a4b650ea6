from __future__ import annotations

import math
from typing import Any

import pytest

from trio_live.reactive import (
    BecameFalse,
    BecameTrue,
    Changed,
    ChangedFrom,
    ChangedTo,
    CrossedAbove,
    CrossedBelow,
    Custom,
    WatchPredicate,
)

ROWS: list[tuple[WatchPredicate, Any, Any, bool]] = [
    (Changed(), 1, 2, True),
    (Changed(), None, None, True),  # absent became null
    (ChangedTo("x"), "y", "x", True),
    (ChangedTo("x"), "x", "y", False),
    (ChangedTo(1), None, True, False),
    (ChangedTo(1), None, 1.0, False),
    (ChangedTo(1), None, "1", False),
    (ChangedTo(1), None, 1, True),
    (ChangedTo({"a": 1, "b": [2]}), None, {"b": [2], "a": 1}, True),
    (ChangedTo({"a": True}), None, {"a": 1}, False),
    (ChangedTo(None), 1, None, True),
    (ChangedFrom("x"), "x", "y", True),
    (ChangedFrom("x"), "y", "x", False),
    (ChangedFrom(True), 1, 2, False),
    (ChangedFrom(None), None, 0, True),
    (CrossedAbove(0.9), 0.8, 0.9, True),
    (CrossedAbove(0.9), 0.9, 0.95, False),
    (CrossedAbove(0.9), 0.8, 0.89, False),
    (CrossedAbove(0.9), None, 0.95, False),
    (CrossedAbove(0.9), 0.5, None, False),
    (CrossedAbove(1), False, 2, False),
    (CrossedAbove(1), 0, True, False),
    (CrossedAbove(1), "0", 2, False),
    (CrossedAbove(10), 9, 10.5, True),
    (CrossedBelow(0.5), 0.5, 0.4, True),
    (CrossedBelow(0.5), 0.6, 0.5, False),
    (CrossedBelow(0.5), 0.4, 0.3, False),
    (CrossedBelow(0.5), None, 0.3, False),
    (CrossedBelow(0.5), 0.6, None, False),
    (CrossedBelow(1), True, 0, False),
    (CrossedBelow(1), 1, False, False),
    (BecameTrue(), None, True, True),
    (BecameTrue(), False, True, True),
    (BecameTrue(), 1, True, True),
    (BecameTrue(), False, 1, False),
    (BecameTrue(), False, "true", False),
    (BecameFalse(), True, None, True),
    (BecameFalse(), True, False, True),
    (BecameFalse(), True, 1, True),
    (BecameFalse(), None, False, False),
    (BecameFalse(), 1, False, False),
    (Custom(lambda old, new: new == old + 1), 1, 2, True),
    (Custom(lambda old, new: new == old + 1), 1, 3, False),
    (Custom(lambda old, new: new), 0, [1], True),
]


@pytest.mark.parametrize(("predicate", "old", "new", "holds"), ROWS)
def test_each_row_of_the_table(predicate: WatchPredicate, old: Any, new: Any, *, holds: bool) -> None:
    assert predicate.holds(old, new) is holds


@pytest.mark.parametrize(
    ("predicate", "label"),
    [
        (Changed(), "Changed"),
        (ChangedTo("x"), 'ChangedTo("x")'),
        (ChangedTo("köln"), 'ChangedTo("köln")'),
        (ChangedTo(True), "ChangedTo(true)"),
        (ChangedTo({"b": 1, "a": None}), 'ChangedTo({"a": null, "b": 1})'),
        (ChangedFrom(None), "ChangedFrom(null)"),
        (CrossedAbove(0.9), "CrossedAbove(0.9)"),
        (CrossedBelow(10), "CrossedBelow(10)"),
        (BecameTrue(), "BecameTrue"),
        (BecameFalse(), "BecameFalse"),
        (Custom(lambda old, new: True), "Custom"),
    ],
)
def test_labels_show_the_predicate_with_its_value_as_json(predicate: WatchPredicate, label: str) -> None:
    assert predicate.label == label
    assert predicate.problem is None


def test_predicates_are_equal_by_strict_equality_and_hashable() -> None:
    assert ChangedTo(True) != ChangedTo(1) != ChangedTo(1.0)
    assert ChangedTo([1, 2]) == ChangedTo([1, 2])
    assert len({ChangedTo([1]), ChangedTo([1]), ChangedFrom([1]), CrossedAbove(1), CrossedAbove(1.0)}) == 4


def test_a_value_waited_for_is_copied_in() -> None:
    wanted = ["a"]
    predicate = ChangedTo(wanted)
    wanted.append("b")
    assert predicate.holds(None, ["a"])


def test_a_custom_function_cannot_spoil_the_values_it_is_shown() -> None:
    old, new = [1], [1, 2]
    assert Custom(lambda old, new: old.extend(new) is None).holds(old, new)
    assert old == [1]


@pytest.mark.parametrize(
    ("predicate", "problem"),
    [
        (ChangedTo({1, 2}), "ChangedTo waits for what State cannot hold"),
        (ChangedFrom(math.nan), "ChangedFrom waits for what State cannot hold"),
        (CrossedAbove(math.nan), "CrossedAbove needs a finite number, not nan"),
        (CrossedBelow(True), "CrossedBelow needs a finite number, not True"),
        (CrossedBelow("3"), "CrossedBelow needs a finite number, not '3'"),  # type: ignore[arg-type]
    ],
)
def test_what_can_never_hold_is_a_problem(predicate: WatchPredicate, problem: str) -> None:
    assert predicate.problem is not None
    assert predicate.problem.startswith(problem)
    assert predicate.label  # a mistake can still be shown


def test_an_async_custom_function_is_a_problem() -> None:
    async def function(old: Any, new: Any) -> bool:
        return True

    assert "must be a plain function" in (Custom(function).problem or "")  # type: ignore[arg-type]
