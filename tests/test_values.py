"""Values that share their comparison, hash and representation, next to what attrs would have written for each."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from trio_live._values import value


def _twins(**namespace: Any) -> tuple[type[Any], type[Any]]:
    """A class of one name and the same fields, made here and by attrs."""
    return value(type("Point", (), dict(namespace))), attrs.frozen(type("Point", (), dict(namespace)))


FIELDS: dict[str, dict[str, Any]] = {
    "none": {},
    "one": {"__annotations__": {"x": Any}},
    "two": {"__annotations__": {"x": Any, "y": Any}, "y": 1},
    "hidden": {"__annotations__": {"x": Any, "y": Any}, "y": attrs.field(default=1, repr=False)},
    "masked": {"__annotations__": {"x": Any, "y": Any}, "y": attrs.field(default=1, repr=lambda _: "***")},
    "not compared": {"__annotations__": {"x": Any, "y": Any}, "y": attrs.field(factory=object, eq=False, repr=False)},
    "by a key": {"__annotations__": {"x": Any, "y": Any}, "y": attrs.field(default=True, eq=repr)},
}


@value
class Point:
    x: int
    y: list[int] = attrs.Factory(list)


@value(kw_only=True)
class Named:
    name: str


@value
class Own:
    x: int

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return "own"


@pytest.mark.parametrize("fields", FIELDS.values(), ids=FIELDS)
def test_they_look_and_compare_as_attrs_would_have_it(fields: dict[str, Any]) -> None:
    ours, theirs = _twins(**fields)
    arguments = [("a",), ("b",), (1,), (True,)] if attrs.fields(ours) else [()]
    for first in arguments:
        assert repr(ours(*first)) == repr(theirs(*first))
        for second in arguments:
            same = theirs(*first) == theirs(*second)
            assert (ours(*first) == ours(*second)) is same
            assert (ours(*first) != ours(*second)) is not same
            if same:
                assert hash(ours(*first)) == hash(ours(*second))


def test_a_value_of_another_class_is_another_value() -> None:
    ours, theirs = _twins(__annotations__={"x": int})
    child: type[Any] = value(type("Child", (ours,), {}))
    assert ours(1) != theirs(1)
    assert ours(1) != child(1)
    assert child(1) == child(1)
    assert ours(1) != 1


def test_a_field_compared_by_a_key_keeps_apart_what_python_holds_for_equal() -> None:
    ours, _ = _twins(**FIELDS["by a key"])
    assert ours("a", True) != ours("a", 1)
    assert ours("a", True) == ours("a", True)


def test_they_are_attrs_classes_that_nobody_can_change() -> None:
    point = Point(1)
    assert attrs.asdict(point) == {"x": 1, "y": []}
    assert attrs.evolve(point, x=2) == Point(2)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        point.x = 2  # type: ignore[misc]
    with pytest.raises((AttributeError, TypeError)):
        vars(point)


def test_they_can_be_pickled_copied_and_matched() -> None:
    point = Point(1, [2])
    assert pickle.loads(pickle.dumps(point)) == point  # noqa: S301  # our own bytes
    assert copy.deepcopy(point) == point
    match point:
        case Point(x, [y]):
            assert (x, y) == (1, 2)


def test_they_take_the_options_of_attrs() -> None:
    assert Named(name="a") == Named(name="a")
    with pytest.raises(TypeError):
        Named("a")  # type: ignore[call-arg]


def test_what_holds_something_unhashable_has_no_hash() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Point(1))


def test_what_holds_itself_is_shown_once() -> None:
    around: list[Any] = []
    point = Point(1, around)
    around.append(point)
    assert repr(point) == "Point(x=1, y=[...])"


def test_methods_of_its_own_stay() -> None:
    assert Own(1) == Own(2)
    assert hash(Own(1)) == 7
    assert repr(Own(1)) == "own"
