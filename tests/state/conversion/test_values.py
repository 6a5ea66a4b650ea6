from __future__ import annotations

import json
from collections import OrderedDict
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import StateError
from trio_live.state import ABSENT
from trio_live.state._internal import json_copy, json_equal

# A named alphabet: with the whole of Unicode, the first draw on a fresh machine is slow enough to fail a health check.
TEXTS = st.text('aZ01 :"\\\0é☃🎧')
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))


class Mood(StrEnum):
    CALM = "calm"


class Level(IntEnum):
    HIGH = 3


def containers(value: Any) -> list[int]:
    match value:
        case dict():
            return [id(value), *(found for item in value.values() for found in containers(item))]
        case list():
            return [id(value), *(found for item in value for found in containers(item))]
    return []


def refusal(value: object) -> StateError:
    with pytest.raises(StateError) as caught:
        json_copy(value, key="app:k")
    return caught.value


@given(VALUES)
def test_a_copy_is_equal_and_shares_no_container(value: Any) -> None:
    copied = json_copy(value)
    assert json_equal(copied, value)
    assert not set(containers(copied)) & set(containers(value))


@given(VALUES, VALUES)
def test_values_are_equal_exactly_when_their_json_texts_are(left: Any, right: Any) -> None:
    def spelled(value: Any) -> str:
        return json.dumps(value, sort_keys=True).replace("-0.0", "0.0")

    assert json_equal(left, right) is (spelled(left) == spelled(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [(True, 1), (False, 0), (1, 1.0), ("1", 1), (None, ABSENT), (None, False), ([], {}), ([1], [True]), ("", None)],
)
def test_json_equality_does_not_believe_python(left: object, right: object) -> None:
    assert not json_equal(left, right)
    assert not json_equal(right, left)
    assert not json_equal({"k": [left]}, {"k": [right]})


def test_objects_are_equal_in_any_key_order_and_arrays_are_not() -> None:
    assert json_equal({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1})
    assert not json_equal([1, 2], [2, 1])
    assert not json_equal([1, 2], [1, 2, 3])
    assert not json_equal({"a": None}, {"b": None})


def test_a_subclass_of_a_json_type_is_stored_and_compared_as_that_type() -> None:
    copied = json_copy({Mood.CALM: [Mood.CALM, Level.HIGH, OrderedDict(a=1)]})
    assert copied == {"calm": ["calm", 3, {"a": 1}]}
    assert [type(item) for item in (*copied, *copied["calm"])] == [str, str, int, dict]
    assert json_equal(Mood.CALM, "calm")
    assert json_equal(Level.HIGH, 3)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (object(), "a object is not a JSON value"),
        ((1, 2), "a tuple is not a JSON value"),
        ({1, 2}, "a set is not a JSON value"),
        (b"x", "a bytes is not a JSON value"),
        (ABSENT, "a Absent is not a JSON value"),
        (float("nan"), "nan is not a JSON number"),
        (float("inf"), "inf is not a JSON number"),
        (float("-inf"), "-inf is not a JSON number"),
        ({1: 2}, "a key is a int, not text at [1]"),
        ({"a": [0, {"b": 1j}]}, "a complex is not a JSON value at ['a'][1]['b']"),
        (["\ud800"], "text with a lone surrogate is not Unicode at [0]"),
    ],
)
def test_what_is_not_json_is_refused_with_the_way_to_it(value: object, why: str) -> None:
    error = refusal(value)
    assert (error.key, error.kind, error.why) == ("app:k", "serialize", why)


def test_a_value_that_contains_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.extend([loop, loop])
    assert refusal(loop).why == "it nests more than 128 deep, or contains itself"


@pytest.mark.parametrize(("depth", "accepted"), [(128, True), (129, False)])
def test_nesting_ends_at_128(depth: int, *, accepted: bool) -> None:
    value: Any = 0
    for _ in range(depth):
        value = {"in": value}
    if accepted:
        assert json_equal(json_copy(value), value)
    else:
        assert refusal(value).kind == "serialize"


def test_scalars_cross_the_border_as_they_are() -> None:
    text = "x" * 1000
    assert json_copy(text) is text


@pytest.mark.parametrize("number", [10**5000, -(10**309)], ids=["long", "negative"])
def test_an_integer_that_no_double_holds_is_not_json(number: int) -> None:
    with pytest.raises(StateError, match="308 digits"):
        json_copy([number], key="app:a")
    assert json_copy(10**300, key="app:a") == 10**300


def test_an_object_that_changes_while_it_is_copied_is_refused() -> None:
    class Restless(dict[str, int]):
        def items(self) -> Any:
            for name, item in super().items():
                yield name, item
                self[f"{name} more"] = item

    with pytest.raises(StateError, match="another thread"):
        json_copy(Restless(a=1), key="app:a")
