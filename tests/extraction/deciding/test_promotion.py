"""The rules for one field."""

from __future__ import annotations

from typing import Any

import pytest

from trio_live import State
from trio_live.extraction import FieldPromotion, MergePolicy


@pytest.mark.parametrize(
    ("rule", "merge"),
    [
        (FieldPromotion.keep_known("name"), MergePolicy.KEEP_KNOWN),
        (FieldPromotion.overwrite("name"), MergePolicy.OVERWRITE),
        (FieldPromotion.true_only("name"), MergePolicy.OVERWRITE),
        (FieldPromotion.non_empty("name"), MergePolicy.OVERWRITE),
    ],
)
def test_a_field_is_stored_under_its_own_name_unless_told_otherwise(rule: FieldPromotion, merge: MergePolicy) -> None:
    assert (rule.state_key, rule.merge) == ("name", merge)
    assert rule.to("user:name").state_key == "user:name"
    assert rule.to("user:name").field == "name"


@pytest.mark.parametrize(
    ("rule", "taken", "refused"),
    [
        (FieldPromotion.true_only("ok"), [True], [False, 1, "true", None, [True]]),
        (FieldPromotion.non_empty("ok"), ["x", " y "], ["", "  ", 3, True, ["x"]]),
        (FieldPromotion.overwrite("ok"), [0, "", [], False], []),
    ],
)
def test_a_constructor_says_which_values_are_taken(rule: FieldPromotion, taken: list[Any], refused: list[Any]) -> None:
    assert [value for value in taken if not rule.accepts(State(), value)] == []
    assert [value for value in refused if rule.accepts(State(), value)] == []


@pytest.mark.parametrize("add", ["accept_when", "and_accept_when"])
def test_a_condition_is_added_to_those_before(add: str) -> None:
    rule = getattr(FieldPromotion.true_only("ok"), add)(lambda state, _: state.get("asked") is True)
    assert not rule.accepts(State(), True)
    assert rule.accepts(State({"asked": True}), True)
    assert not rule.accepts(State({"asked": True}), 1)


def test_what_was_not_presented_cannot_be_accepted() -> None:
    rule = FieldPromotion.true_only("accepts").after_presented("terms")
    assert not rule.accepts(State(), True)
    assert rule.accepts(State({"presented:terms": True}), True)
    assert not rule.accepts(State({"presented:terms": "no"}), True)  # nothing but the boolean, as everywhere else


async def _awaits(_: State, __: Any) -> bool:
    return True


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (FieldPromotion.overwrite(""), "needs the name of a field"),
        (FieldPromotion.overwrite("name").to(""), "needs a key"),
        (FieldPromotion.overwrite("name").to("session:phase"), "written by the runtime alone"),
        (FieldPromotion.overwrite("name").to("derived:x"), "written by the computed values alone"),
        (FieldPromotion.overwrite("name").to("state_meta:x"), "where a value came from alone"),
        (FieldPromotion.overwrite("name").accept_when(_awaits), "must be a plain function"),  # type: ignore[arg-type]
        (FieldPromotion.overwrite("name").accept_when(True), "is a function, not True"),  # type: ignore[arg-type]
    ],
)
def test_a_rule_that_cannot_work_says_why(rule: FieldPromotion, words: str) -> None:
    (problem,) = rule.problems("Order")
    assert problem.startswith("Order")
    assert words in problem


def test_a_good_rule_has_no_problem() -> None:
    assert FieldPromotion.true_only("ok").to("presented:terms").after_presented("x").problems("Order") == ()
