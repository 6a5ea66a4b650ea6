from __future__ import annotations

from typing import Any

import attrs
import pytest

from trio_live.errors import ConfigError, StateError
from trio_live.state import ABSENT, State, StateKey


@attrs.frozen
class Order:
    items: list[str]
    paid: bool = False


COUNT = StateKey[int]("session:turn_count")
ORDER = StateKey("app:order", Order)


def test_get_is_lenient_and_try_get_is_strict_about_the_type() -> None:
    state = State({"n": 5, "text": "5", "null": None})
    assert state.get("n", type=int) == state.try_get("n", type=int) == 5
    assert state.get("absent", type=int) is state.try_get("absent", type=int) is None
    assert state.get("absent", 7, type=int) == state.try_get("absent", 7, type=int) == 7
    assert state.get("text", 7, type=int) == 7
    with pytest.raises(StateError, match="state key 'text': it does not fit int: a str is no int") as caught:
        state.try_get("text", 7, type=int)
    assert (caught.value.key, caught.value.kind) == ("text", "wrong_type")
    with pytest.raises(StateError):
        state.try_get("null", type=int)


def test_without_a_type_the_json_comes_as_it_is_stored() -> None:
    state = State({"null": None, "one": 1})
    assert state.get("null", 7) is state.try_get("null", 7) is state.get_raw("null", 7) is None
    assert state.get("absent", 7) == state.try_get("absent", 7) == state.get_raw("absent", 7) == 7
    assert state.get_raw("absent") is None
    assert state.get_raw("absent", ABSENT) is ABSENT


def test_a_default_is_handed_back_as_it_is() -> None:
    default: list[int] = []
    state = State({"text": "5"})
    assert state.get("absent", default) is default
    assert state.get("text", default, type=list[int]) is default


def test_asking_for_an_impossible_type_is_not_hidden_by_the_default() -> None:
    with pytest.raises(ConfigError):
        State({"n": 5}).get("n", 7, type=complex)


def test_every_read_follows_the_same_path() -> None:
    state = State({"derived:risk": 0.9, "derived:app:x": 1, "plain": 1, "derived:plain": 2})
    assert (
        state["risk"] == state.get("risk") == state.get_raw("risk") == state.with_("risk", lambda value: value) == 0.9
    )
    assert "risk" in state
    assert state.has("risk")
    assert state.contains("risk")
    assert state.is_known("risk")
    assert state.snapshot_values(["risk"]) == {"risk": 0.9}
    assert "app:x" not in state
    assert state["plain"] == 1


def test_a_stored_null_is_contained_and_not_known() -> None:
    state = State({"a": None, "derived:b": None})
    for key in ("a", "b"):
        assert state.contains(key)
        assert not state.is_known(key)
    assert not state.is_known("absent")
    assert State({"zero": 0}).is_known("zero")


def test_what_comes_out_is_the_readers_own() -> None:
    state = State({"a": {"b": [1]}})
    reads: list[Any] = [
        state.get("a"),
        state.get("a", type=dict),
        state.try_get("a"),
        state.get_raw("a"),
        state["a"],
        state.with_("a", lambda value: value),
        state.to_dict()["a"],
        state.snapshot_values(["a"])["a"],
        state.diff_values({}, ["a"])[0][2],
        state.evidence("a").value,
    ]
    for read in reads:
        read["b"].append(2)
    assert state["a"] == {"b": [1]}


def test_with_makes_something_of_the_value_or_nothing() -> None:
    state = State({"a": [1, 2], "null": None})
    assert state.with_("a", len) == 2
    assert state.with_("null", lambda value: value is None) is True
    assert state.with_("absent", len) is None


def test_typed_keys_and_strings_reach_the_same_entry() -> None:
    state = State()
    state.set_key(COUNT, 3)
    assert state["session:turn_count"] == state.session["turn_count"] == state.get_key(COUNT) == 3
    state["session:turn_count"] = "three"
    assert state.get_key(COUNT) is None
    assert state.get_key(COUNT, 0) == 0
    assert state.with_key(COUNT, lambda count: count + 1) is None
    with pytest.raises(StateError, match="turn_count"):
        state.try_get_key(COUNT)
    state.remove(COUNT.name)
    assert state.try_get_key(COUNT, 1) == 1
    assert state.try_get_key(COUNT) is None


def test_a_typed_key_carries_classes_both_ways() -> None:
    state = State()
    state.set_key(ORDER, Order(["tea"], paid=True))
    assert state["app:order"] == {"items": ["tea"], "paid": True}
    assert state.get_key(ORDER) == Order(["tea"], paid=True)
    assert state.with_key(ORDER, lambda order: order.items) == ["tea"]


def test_a_typed_key_without_a_type_reads_json() -> None:
    untyped: StateKey[object] = StateKey("n")
    state = State({"n": "five"})
    assert state.get_key(untyped) == "five"


def test_subscripting_names_the_missing_key() -> None:
    with pytest.raises(KeyError, match="absent"):
        State()["absent"]


def test_something_that_is_no_text_is_in_no_state() -> None:
    assert 5 not in State({"5": 1})


def test_iterating_gives_the_keys_of_the_moment() -> None:
    state = State({"a": 1, "b": 2})
    for key in state:
        state.remove(key)
    assert list(state) == []


def test_an_empty_state_is_still_true() -> None:
    assert bool(State()) is True


def test_to_dict_is_what_is_committed_even_from_a_view() -> None:
    state = State({"a": 1})
    view = state.with_delta_tracking()
    view.set("a", 2)
    assert view.to_dict() == {"a": 1}


def test_a_difference_is_told_in_the_order_asked_and_only_where_there_is_one() -> None:
    state = State({"one": 1, "flag": True, "same": {"a": 1, "b": 2}, "null": None, "derived:risk": 0.5})
    previous = {"one": 1.0, "flag": 1, "same": {"b": 2, "a": 1}, "gone": "x", "risk": 0.4}
    assert state.diff_values(previous, ["risk", "gone", "flag", "same", "null", "one", "never"]) == [
        ("risk", 0.4, 0.5),
        ("gone", "x", None),
        ("flag", 1, True),
        ("null", None, None),
        ("one", 1.0, 1),
    ]
