from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from enum import Enum, IntEnum
from typing import Annotated, Any, Literal, NewType, NotRequired, Optional, Required, TypedDict

import attrs
import pytest

from trio_live.tools import Limits
from trio_live.tools._hints import HintError, schema_of

Euros = NewType("Euros", float)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Size(IntEnum):
    S = 1
    L = 2


@dataclasses.dataclass
class Guest:
    name: str
    age: int | None = None
    likes: list[str] = dataclasses.field(default_factory=list)
    internal: int = dataclasses.field(default=0, init=False)


@attrs.frozen
class Table:
    """Where somebody sits.

    Args:
        number: on the plan
    """

    number: int
    guests: tuple[Guest, ...] = ()


class Order(TypedDict, total=False):
    dish: Required[str]
    note: NotRequired[str]


@dataclasses.dataclass
class Tree:
    left: Tree | None = None


class Opaque:
    pass


GUEST = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        "likes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["name"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (str, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (int, {"type": "integer"}),
        (float, {"type": "number"}),
        (Euros, {"type": "number"}),
        (Literal["a", "b"], {"type": "string", "enum": ["a", "b"]}),
        (Literal[1, 2], {"type": "integer", "enum": [1, 2]}),
        (Literal["a"] | None, {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]}),
        (Literal[Colour.RED], {"type": "string", "enum": ["red"]}),
        (Colour, {"type": "string", "enum": ["red", "blue"]}),
        (Size, {"type": "integer", "enum": [1, 2]}),
        (Optional[int], {"anyOf": [{"type": "integer"}, {"type": "null"}]}),  # noqa: UP045  # the old spelling
        (list[int], {"type": "array", "items": {"type": "integer"}}),
        (Sequence[Colour], {"type": "array", "items": {"type": "string", "enum": ["red", "blue"]}}),
        (tuple[float, float], {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}),
        (dict[str, Any], {"type": "object"}),
        (dict, {"type": "object"}),
        (Mapping[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
        (Guest, GUEST),
        (
            Annotated[int, "how many", Limits(ge=1, lt=9)],
            {"type": "integer", "description": "how many", "minimum": 1, "exclusiveMaximum": 9},
        ),
        (Annotated[str, Limits(max_length=5)], {"type": "string", "maxLength": 5}),
        (
            Annotated[list[str], Limits(min_length=1)],
            {"type": "array", "items": {"type": "string"}, "minItems": 1},
        ),
    ],
    ids=str,
)
def test_a_hint_becomes_json_schema(hint: Any, expected: dict[str, Any]) -> None:
    assert schema_of(hint) == expected


def test_classes_nest_and_say_what_their_docstring_says() -> None:
    assert schema_of(Table) == {
        "type": "object",
        "properties": {
            "number": {"type": "integer", "description": "on the plan"},
            "guests": {"type": "array", "items": GUEST},
        },
        "required": ["number"],
        "additionalProperties": False,
        "description": "Where somebody sits.",
    }


def test_a_typed_dict_knows_what_it_needs() -> None:
    assert schema_of(Order)["required"] == ["dish"]


def test_a_choice_of_classes_is_one() -> None:
    assert [each["type"] for each in schema_of(Guest | Table)["anyOf"]] == ["object", "object"]


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        (int | str, "leaves the type open"),
        (Literal["a", 1], "mixes values of several types"),
        (Literal[b"a"], "holds what is no text, number or boolean"),
        (tuple[int, str], "places of several types"),
        (list, "does not say of what"),
        (dict[int, str], "keys that are no text"),
        (Tree, "contains itself"),
        (bytes, "has no schema"),
        (Any, "has no schema"),
        (Opaque, "has no schema"),
    ],
    ids=str,
)
def test_what_no_schema_can_say_is_refused_with_a_reason(hint: Any, reason: str) -> None:
    with pytest.raises(HintError, match=reason):
        schema_of(hint)


def test_fields_of_a_type_that_cannot_be_found_are_told() -> None:
    @dataclasses.dataclass
    class Lost:
        field: Nowhere  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(HintError, match="'Nowhere' is not defined"):
        schema_of(Lost)
