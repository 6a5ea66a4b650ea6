"""Forty signatures that tools have: each as a function, with arguments that fit it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Literal, NewType, NotRequired, Optional, Required, TypedDict, Union

import attrs

from trio_live.tools import Limits, ToolContext

Euros = NewType("Euros", float)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    S = 1
    L = 2


class Day(StrEnum):
    MON = "mon"
    TUE = "tue"


@dataclasses.dataclass
class Guest:
    """Somebody who comes.

    Args:
        name: as on the passport
    """

    name: str
    age: int | None = None
    likes: list[str] = dataclasses.field(default_factory=list)


@attrs.frozen
class Table:
    number: int
    guests: list[Guest] = attrs.field(factory=list)


class Order(TypedDict, total=False):
    dish: Required[str]
    note: NotRequired[str]


class Party(TypedDict):
    host: Guest
    orders: list[Order]


@attrs.frozen
class Cash:
    coins: int


@attrs.frozen
class Card:
    digits: str


# fmt: off
def s01() -> None: ...
def s02(a: str) -> None: ...
def s03(a: int) -> None: ...
def s04(a: float) -> None: ...
def s05(a: bool) -> None: ...  # noqa: FBT001
def s06(a: str, b: int = 3) -> None: ...
def s07(a: str | None) -> None: ...
def s08(a: str | None = None) -> None: ...
def s09(a: Optional[int] = None) -> None: ...  # noqa: UP045
def s10(a: Union[float, None] = 1.0) -> None: ...  # noqa: UP007
def s11(a: Literal["x", "y"]) -> None: ...
def s12(a: Literal[1, 2, 3]) -> None: ...
def s13(a: Literal["x"] | None = None) -> None: ...
def s14(a: Colour) -> None: ...
def s15(a: Size) -> None: ...
def s16(a: Day = Day.MON) -> None: ...
def s17(a: Colour | None = None) -> None: ...
def s18(a: list[str]) -> None: ...
def s19(a: list[list[int]]) -> None: ...
def s20(a: Sequence[Colour]) -> None: ...
def s21(a: Iterable[float]) -> None: ...
def s22(a: set[int]) -> None: ...
def s23(a: frozenset[str]) -> None: ...
def s24(a: tuple[float, float]) -> None: ...
def s25(a: tuple[int, ...]) -> None: ...
def s26(a: dict[str, Any]) -> None: ...
def s27(a: Mapping[str, int]) -> None: ...
def s28(a: dict[str, Guest] | None = None) -> None: ...
def s29(a: Guest) -> None: ...
def s30(a: Guest | None = None) -> None: ...
def s31(a: Table) -> None: ...
def s32(a: list[Table]) -> None: ...
def s33(a: Order) -> None: ...
def s34(a: Party) -> None: ...
def s35(a: Cash | Card) -> None: ...
def s36(a: Cash | Card | None = None) -> None: ...
def s37(a: Annotated[int, "how many", Limits(ge=1, lt=9)]) -> None: ...
def s38(a: Annotated[list[Annotated[str, Limits(min_length=2, pattern="^[a-z]+$")]], Limits(max_length=3)]) -> None: ...
def s39(a: Annotated[float, Limits(gt=0)], b: Euros = Euros(1.5), *, c: Literal[True] = True) -> None: ...
def s40(a: str, context: ToolContext, *, b: Annotated[Colour, "which"] = Colour.RED) -> None: ...

# fmt: on

SHAPES: list[tuple[Callable[..., None], dict[str, Any]]] = [
    (s01, {}),
    (s02, {"a": "x"}),
    (s03, {"a": 3.0}),
    (s04, {"a": 3}),
    (s05, {"a": True}),
    (s06, {"a": "x"}),
    (s07, {"a": None}),
    (s08, {}),
    (s09, {"a": 1}),
    (s10, {"a": None}),
    (s11, {"a": "y"}),
    (s12, {"a": 2}),
    (s13, {"a": None}),
    (s14, {"a": "red"}),
    (s15, {"a": 2}),
    (s16, {"a": "tue"}),
    (s17, {"a": "blue"}),
    (s18, {"a": []}),
    (s19, {"a": [[1], []]}),
    (s20, {"a": ["red"]}),
    (s21, {"a": [1, 2.5]}),
    (s22, {"a": [1, 1]}),
    (s23, {"a": ["x"]}),
    (s24, {"a": [1.5, 2]}),
    (s25, {"a": [1, 2, 3]}),
    (s26, {"a": {"x": [1]}}),
    (s27, {"a": {"x": 1}}),
    (s28, {"a": {"x": {"name": "Ann"}}}),
    (s29, {"a": {"name": "Ann", "age": 3}}),
    (s30, {"a": {"name": "Ann", "likes": ["tea"]}}),
    (s31, {"a": {"number": 4, "guests": [{"name": "Ann"}]}}),
    (s32, {"a": [{"number": 4}]}),
    (s33, {"a": {"dish": "soup"}}),
    (s34, {"a": {"host": {"name": "Ann"}, "orders": [{"dish": "soup", "note": "hot"}]}}),
    (s35, {"a": {"digits": "12"}}),
    (s36, {"a": {"coins": 3}}),
    (s37, {"a": 8}),
    (s38, {"a": ["ab", "abc"]}),
    (s39, {"a": 0.5, "b": 2, "c": True}),
    (s40, {"a": "x", "b": "blue"}),
]
for _function, _ in SHAPES:
    _function.__doc__ = "Take one of forty shapes."
