from __future__ import annotations

from typing import Any

import pytest

from trio_live.tools._fitting import fit

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "day": {"type": "string", "enum": ["mon", "tue"]},
        "count": {"type": "integer", "minimum": 1, "exclusiveMaximum": 9},
        "code": {"type": "string", "pattern": "^[A-Z]+$", "minLength": 2, "maxLength": 4},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "guests": {
            "type": "array",
            "minItems": 1,
            "maxItems": 2,
            "items": {"type": "object", "properties": {"age": {"type": "number"}}, "required": ["age"]},
        },
        "extra": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "exact": {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": False},
    },
    "required": ["day"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("args", "fitted"),
    [
        ({"day": "mon"}, {"day": "mon"}),
        ({"day": "mon", "count": 3.0}, {"day": "mon", "count": 3}),
        ({"day": "mon", "count": None}, {"day": "mon"}),
        ({"day": "mon", "note": None}, {"day": "mon", "note": None}),
        ({"day": "mon", "guests": [{"age": 3, "more": "x"}]}, {"day": "mon", "guests": [{"age": 3, "more": "x"}]}),
        ({"day": "mon", "extra": {"x": True}}, {"day": "mon", "extra": {"x": True}}),
    ],
)
def test_what_fits_is_taken_and_what_a_model_cannot_help_is_forgiven(args: Any, fitted: Any) -> None:
    assert fit(args, SCHEMA) == (fitted, [])


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ({}, "day is missing"),
        ({"day": None}, "day must be a string, not None"),
        ({"day": "wed"}, "day must be one of 'mon', 'tue', not 'wed'"),
        ({"count": 0}, "count must be at least 1, and is 0"),
        ({"count": 9}, "count must be less than 9, and is 9"),
        ({"count": 2.5}, "count must be an integer, not 2.5"),
        ({"count": True}, "count must be an integer, not True"),
        ({"code": "a"}, "code must match ^[A-Z]+$, and is 'a'"),
        ({"code": "a"}, "code must have at least 2 characters, and is 'a'"),
        ({"code": "ABCDE"}, "code must have at most 4 characters, and is 'ABCDE'"),
        ({"note": 5}, "note must be a string, not 5"),
        ({"guests": []}, "guests must have at least 1 items, and is []"),
        ({"guests": [{"age": 1}, {"age": "x"}]}, "guests[1].age must be a number, not 'x'"),
        ({"guests": [{}]}, "guests[0].age is missing"),
        ({"extra": {"x": "y"}}, "extra.x must be a boolean, not 'y'"),
        ({"exact": {"b": 1}}, "exact.b is not known; exact takes a"),
        ({"dya": "mon"}, "dya is not known; the function takes day, count, code, note, guests, extra, exact"),
        ({"day": "x" * 100}, "day must be one of 'mon', 'tue', not '" + "x" * 36 + "..."),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(args: Any, problem: str) -> None:
    assert problem in fit(args, SCHEMA)[1]


def test_every_mistake_is_told_at_once() -> None:
    assert len(fit({"count": 0, "code": "a", "what": 1}, SCHEMA)[1]) == 5
