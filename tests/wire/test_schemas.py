from __future__ import annotations

from typing import Any

import pytest

from trio_live.wire._internal import type_lists, unknown_keywords

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


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ({"type": "OBJECT", "$schema": "x", "properties": {"$ref": {"$ref": "y"}}}, [("$schema", "p"), ("$ref", "p.properties.$ref")]),
        ({"items": {"const": 1}}, [("const", "p.items")]),
        ({"anyOf": [{}, {"oneOf": []}]}, [("oneOf", "p.anyOf[1]")]),
        ({"type": "STRING", "enum": ["a"], "default": {"const": 1}, "nullable": True}, []),
        (None, []),
    ],
)  # fmt: skip
def test_a_keyword_that_the_api_does_not_know_is_found_with_its_place(
    schema: Any, found: list[tuple[str, str]]
) -> None:
    assert list(unknown_keywords(schema, "p")) == found


def test_keywords_are_known_in_both_spellings_of_the_api() -> None:
    schema = {"type": "OBJECT", "property_ordering": ["a"], "properties": {"a": {"any_of": [{"max_length": 3}]}}}
    assert not [*unknown_keywords(schema, "parameters")]
    schema["properties"]["a"]["any_of"][0]["add_props"] = 1  # type: ignore[index]
    assert [*unknown_keywords(schema, "parameters")] == [("add_props", "parameters.properties.a.any_of[0]")]
