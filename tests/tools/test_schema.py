from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.tools import normalise
from trio_live.tools._schema import TYPES, normalise_parameters
from trio_live.wire._internal import type_lists, unknown_keywords


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string"}, {"type": "STRING"}),
        ({"type": ["string", "null"]}, {"type": "STRING", "nullable": True}),
        ({"type": ["string", "integer"]}, {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}]}),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "INTEGER", "nullable": True}),
        (
            {"oneOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}], "description": "either"},
            {"anyOf": [{"type": "INTEGER"}, {"type": "STRING"}], "description": "either", "nullable": True},
        ),
        ({"type": "null"}, {"type": "STRING", "nullable": True}),
        ({"const": "yes"}, {"type": "STRING", "enum": ["yes"]}),
        ({"enum": [1, 2]}, {"type": "INTEGER", "description": "One of 1, 2."}),
        ({"enum": [1, 2.5]}, {"type": "NUMBER", "description": "One of 1, 2.5."}),
        ({"enum": ["a", None]}, {"type": "STRING", "enum": ["a"]}),
        ({"type": "string", "format": "uuid"}, {"type": "STRING", "description": "Format: uuid."}),
        ({"type": "string", "format": "date-time"}, {"type": "STRING", "format": "date-time"}),
        ({"type": "integer", "exclusiveMinimum": 0}, {"type": "INTEGER", "minimum": 1}),
        ({"type": "number", "exclusiveMaximum": 1}, {"type": "NUMBER", "description": "Less than 1."}),
        ({"type": "array"}, {"type": "ARRAY", "items": {"type": "STRING"}}),
        ({"type": "array", "items": {"type": "number"}, "minItems": 1}, {"type": "ARRAY", "items": {"type": "NUMBER"}, "minItems": 1}),
        ({"type": "string", "title": "T", "examples": ["x"], "$comment": "no"}, {"type": "STRING"}),
        ({"type": "object", "additionalProperties": {"type": "string"}}, {"type": "OBJECT"}),
        ({}, {"type": "OBJECT"}),
    ],
)  # fmt: skip
def test_what_the_api_cannot_say_is_said_otherwise(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    assert normalise(schema) == expected


def test_references_are_put_in_their_place() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "to": {"$ref": "#/$defs/Address", "description": "where to"},
            "from": {"anyOf": [{"$ref": "#/$defs/Address"}, {"type": "null"}]},
        },
        "required": ["to", "nothing"],
        "$defs": {"Address": {"type": "object", "properties": {"street": {"type": "string"}}}},
    }
    address = {"type": "OBJECT", "properties": {"street": {"type": "STRING"}}}
    assert normalise(schema) == {
        "type": "OBJECT",
        "properties": {"to": {**address, "description": "where to"}, "from": {**address, "nullable": True}},
        "required": ["to"],
    }


def test_a_reference_that_leads_back_into_itself_ends_in_a_free_object() -> None:
    tree = {"type": "object", "properties": {"left": {"$ref": "#"}, "value": {"type": "integer"}}}
    assert normalise(tree)["properties"]["left"]["properties"]["left"] == {"type": "OBJECT"}


def test_all_of_is_one_over_the_other() -> None:
    schema = {
        "allOf": [{"$ref": "#/$defs/A"}, {"properties": {"b": {"type": "string"}}, "required": ["b"]}],
        "$defs": {"A": {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}},
    }
    found = normalise(schema)
    assert set(found["properties"]) == {"a", "b"}
    assert found["required"] == ["a", "b"]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "strnig"}, "the type 'strnig'"),
        ({"type": "object", "properties": {"a": {"$ref": "#/$defs/Missing"}}}, "refers to #/\\$defs/Missing"),
        ({"type": "object", "properties": {"a": {"$ref": "https://example.org/a"}}}, "refers to https"),
        ({"type": "object", "properties": {"a": 5}}, "not 5"),
    ],
)
def test_what_is_no_schema_is_refused(schema: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        normalise(schema)


def test_parameters_are_an_object_or_nothing() -> None:
    assert normalise_parameters(None) is None
    assert normalise_parameters({"type": "object", "properties": {}}) is None
    with pytest.raises(ConfigError, match="are an object, not STRING"):
        normalise_parameters({"type": "string"})


_NAMES = st.sampled_from(["string", "number", "integer", "boolean", "array", "object", "null"])
_SCHEMAS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": _NAMES | st.lists(_NAMES, min_size=1, max_size=3, unique=True),
            "enum": st.lists(st.integers() | st.text(max_size=3) | st.none() | st.booleans(), min_size=1, max_size=3),
            "format": st.sampled_from(["date-time", "uuid", "int32"]),
            "minimum": st.integers(),
            "exclusiveMaximum": st.integers() | st.floats(allow_nan=False, allow_infinity=False),
            "description": st.text(max_size=5),
            "title": st.text(max_size=5),
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.just("object"),
            "properties": st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            "required": st.lists(st.sampled_from("abcd"), max_size=2),
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "items": inner,
            "additionalProperties": inner | st.booleans(),
            "$ref": st.sampled_from(["#", "#/properties/a"]),
        },
    ),
    max_leaves=8,
)


def _check(schema: Any) -> None:
    assert ("type" in schema) != ("anyOf" in schema), schema
    assert schema.get("type", "STRING") in TYPES
    assert schema.get("type") != "ARRAY" or "items" in schema
    assert set(schema.get("required", ())) <= set(schema.get("properties", ()))
    assert all(isinstance(each, str) for each in schema.get("enum", ()))
    items = [schema["items"]] if "items" in schema else []
    for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *items):
        _check(inner)


@given(_SCHEMAS)
def test_whatever_goes_in_only_what_the_api_knows_comes_out(schema: dict[str, Any]) -> None:
    try:
        found = normalise(schema)
    except ConfigError:  # a reference that leads nowhere
        return
    _check(found)
    assert not [*type_lists(found), *unknown_keywords(found)]
    json.dumps(found)


@given(_SCHEMAS)
def test_what_came_out_goes_in_unchanged(schema: dict[str, Any]) -> None:
    try:
        found = normalise(schema)
    except ConfigError:
        return
    assert normalise(found) == found
