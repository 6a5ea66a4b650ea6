from __future__ import annotations

from typing import Any

import pytest

from trio_live.wire._internal import type_lists

UNION = {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        (UNION, ["p.type"]),
        (
            {"type": "OBJECT", "properties": {"day": UNION, "type": UNION}},
            ["p.properties.day.type", "p.properties.type.type"],
        ),
        ({"type": "ARRAY", "items": UNION}, ["p.items.type"]),
        ({"anyOf": [{"type": "STRING"}, UNION]}, ["p.anyOf[1].type"]),
        ({"properties": {"a": {"properties": {"b": UNION}}}}, ["p.properties.a.properties.b.type"]),
    ],
)
def test_a_list_of_types_is_found_with_its_path(schema: Any, paths: list[str]) -> None:
    assert list(type_lists(schema, "p")) == paths


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {"type": "STRING", "nullable": True},
        {"type": "OBJECT", "properties": {"type": {"type": "STRING"}}, "required": ["type"]},
        {"type": "STRING", "enum": [{"type": ["a"]}], "default": {"type": ["a"]}, "example": {"type": ["a"]}},
    ],
)
def test_what_the_api_takes_is_left_alone(schema: Any) -> None:
    assert list(type_lists(schema)) == []
