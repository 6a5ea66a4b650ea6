from __future__ import annotations

import dataclasses
from collections import OrderedDict, deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, NotRequired, Required, TypedDict, TypeVar

import attrs
import pytest

from trio_live.errors import ConfigError
from trio_live.state._conversion._convert import MismatchError, convert, plain

T = TypeVar("T")
UserId = NewType("UserId", int)


class Mood(StrEnum):
    CALM = "calm"


class Level(IntEnum):
    LOW = 1


class Weight(Enum):
    HEAVY = 1.5


@attrs.frozen
class Line:
    sku: str
    count: int = 1


@attrs.frozen
class Order:
    lines: list[Line]
    note: str | None = None


@dataclasses.dataclass
class Point:
    x: float
    y: float = 0.0


@attrs.frozen
class Tree:
    name: str
    children: list[Tree] = attrs.Factory(list)


@attrs.frozen
class Box(Generic[T]):
    content: T


@attrs.frozen
class Percentage:
    value: int = attrs.field(validator=attrs.validators.le(100))


@attrs.frozen
class AllOptional:
    a: int = 0


class Caller(TypedDict):
    name: str
    age: NotRequired[int]


class Partial(TypedDict, total=False):
    name: Required[str]
    age: int


class First(TypedDict):
    child: Line
    tag: str


class Second(TypedDict):
    child: dict[str, str]
    tag: int


class Pair(NamedTuple):
    a: str
    b: str


READABLE: list[tuple[Any, Any, Any]] = [
    (1, int, 1),
    (1, float, 1.0),
    (1.5, float, 1.5),
    (True, bool, True),
    ("x", str, "x"),
    (None, type(None), None),
    (None, int | None, None),
    (3, int | None, 3),
    ({"a": [1, None]}, Any, {"a": [1, None]}),
    ([1, 2], list, [1, 2]),
    ([1, 2], list[int], [1, 2]),
    ([1, 2], Sequence[float], [1.0, 2.0]),
    ([1, "a"], tuple[int, str], (1, "a")),
    ([1, 2, 3], tuple[int, ...], (1, 2, 3)),
    ([1, "a"], tuple, (1, "a")),
    ([1, 1], set[int], {1}),
    (["a"], AbstractSet[str], frozenset({"a"})),
    (["a"], deque[str], deque(["a"])),
    ({"a": 1}, dict, {"a": 1}),
    ({"a": 1}, dict[str, int], {"a": 1}),
    ({"a": [1]}, Mapping[str, list[int]], {"a": [1]}),
    ({"calm": 1}, dict[Mood, int], {Mood.CALM: 1}),
    ("b", Literal["a", "b"], "b"),
    ("calm", Literal[Mood.CALM], Mood.CALM),
    ("calm", Mood, Mood.CALM),
    (1, Level, Level.LOW),
    (1.5, Weight, Weight.HEAVY),
    (7, UserId, 7),
    (7, Annotated[int, "years"], 7),
    (1, int | str, 1),
    ("1", int | str, "1"),
    (1, float | int, 1),
    ([1], int | list[int], [1]),
    ({"sku": "x"}, Line, Line("x")),
    ({"sku": "x", "unknown": 1}, Line, Line("x")),
    ({"lines": [{"sku": "x", "count": 2}], "note": None}, Order, Order([Line("x", 2)])),
    ({"sku": "x"}, Line | None, Line("x")),
    ({"x": 1}, Line | Point, Point(1.0)),
    ({"x": 1, "y": 2.5}, Point, Point(1.0, 2.5)),
    ({"name": "a", "children": [{"name": "b"}]}, Tree, Tree("a", [Tree("b")])),
    ({"content": [1]}, Box[list[int]], Box([1])),
    ({"name": "Ada"}, Caller, {"name": "Ada"}),
    ({"name": "Ada", "age": 36}, Caller, {"name": "Ada", "age": 36}),
    ({"name": "Ada", "more": [1]}, Caller, {"name": "Ada", "more": [1]}),
    ({"name": "Ada"}, Partial, {"name": "Ada"}),
    ({"child": {"sku": "x"}, "tag": 1}, First | Second, {"child": {"sku": "x"}, "tag": 1}),
    ({"value": 100}, Percentage, Percentage(100)),
]

MISMATCHED: list[tuple[Any, Any]] = [
    (True, int),
    (True, float),
    (1.0, int),
    ("5", int),
    (5, str),
    (1, bool),
    ("true", bool),
    (None, int),
    (None, str),
    (None, list[int]),
    (None, Line),
    (0, type(None)),
    ("abc", list[str]),
    ("abc", list),
    ({"a": 1}, list[str]),
    ([1, "2"], list[int]),
    ([True], list[int]),
    ([1], tuple[int, str]),
    ("ab", tuple[str, str]),
    ([["a", 1]], dict[str, int]),
    ({"a": "1"}, dict[str, int]),
    ({"1": 1}, dict[int, int]),
    (True, Literal[1]),
    (1.0, Literal[1]),
    ("c", Literal["a", "b"]),
    ("wild", Mood),
    (True, Level),
    (1, Weight),
    (1.5, int | str),
    (True, int | str),
    (None, int | str),
    ({}, Line),
    ({"sku": 1}, Line),
    ("", AllOptional),
    ([], AllOptional),
    ({"lines": [{"sku": "x", "count": 1.0}]}, Order),
    ({}, Caller),
    ({"name": 1}, Caller),
    ("name", Caller),
    ({"age": 36}, Partial),
    ({"name": "Ada", "age": "36"}, Partial),
    ({"name": "Ada", "age": "36"}, Caller),
    ({"value": 101}, Percentage),
    (10**400, float),
]


@pytest.mark.parametrize(("value", "wanted", "expected"), READABLE, ids=str)
def test_a_fitting_value_converts(value: Any, wanted: Any, expected: Any) -> None:
    converted = convert(value, wanted)
    assert converted == expected
    assert type(converted) is type(expected)


@pytest.mark.parametrize(("value", "wanted"), MISMATCHED, ids=str)
def test_a_value_of_another_type_is_a_mismatch(value: Any, wanted: Any) -> None:
    with pytest.raises(MismatchError):
        convert(value, wanted)


@pytest.mark.parametrize("wanted", [object, bytes, complex, datetime, OrderedDict, Pair, 5, list[datetime]], ids=str)
def test_a_type_no_json_value_can_have_is_a_mistake_of_the_program(wanted: Any) -> None:
    with pytest.raises(ConfigError, match="cannot be read as"):
        convert([1], wanted)


@pytest.mark.parametrize(
    ("value", "wanted", "why"),
    [
        ("5", int, "it does not fit int: a str is no int"),
        ({}, Line, "it has no field 'sku', which Line needs"),
        ([1, "2"], list[int], "it does not fit list[int]: a str is no int"),
    ],
)
def test_a_mismatch_says_what_was_found_and_not_the_value(value: Any, wanted: Any, why: str) -> None:
    with pytest.raises(MismatchError) as caught:
        convert(value, wanted)
    assert str(caught.value) == why


def test_what_comes_out_shares_no_container_with_what_went_in() -> None:
    inner = [1]
    converted = convert({"content": inner}, Box[Any])
    converted.content.append(2)
    assert inner == [1]


def test_a_bug_in_the_class_asked_for_is_not_taken_for_a_mismatch() -> None:
    @attrs.frozen
    class Broken:
        a: int

        def __attrs_post_init__(self) -> None:
            raise RuntimeError("bug")

    Broken.__annotations__["a"] = int
    with pytest.raises(RuntimeError, match="bug"):
        convert({"a": 1}, Broken)


@pytest.mark.parametrize(
    ("value", "spelled"),
    [
        (Order([Line("x", 2)]), {"lines": [{"sku": "x", "count": 2}], "note": None}),
        (Point(1.0), {"x": 1.0, "y": 0.0}),
        (Mood.CALM, "calm"),
        ((1, (2, Line("y"))), [1, [2, {"sku": "y", "count": 1}]]),
        ({"at": Point(0.0)}, {"at": {"x": 0.0, "y": 0.0}}),
        (7, 7),
        (None, None),
    ],
    ids=str,
)
def test_typed_values_have_a_json_spelling(value: Any, spelled: Any) -> None:
    assert plain(value) == spelled
