"""Declaring tools to the model."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.live.setups import Call, setup_of
from trio_live import FunctionDeclaration, Live, Tool

F = FunctionDeclaration(name="f", description="does f")
G = FunctionDeclaration(name="g")

CALLS: list[Call] = [
    lambda b: b.add_tool(F),
    lambda b: b.add_tool(Tool(function_declarations=[G], url_context={})),
    lambda b: b.google_search(),
]


@pytest.mark.parametrize("order", list(itertools.permutations(CALLS)), ids=lambda order: "")
def test_functions_share_one_group_and_families_keep_their_own(order: tuple[Call, ...]) -> None:
    live = Live.builder()
    for call in order:
        live = call(live)
    tools = setup_of(live)["tools"]
    assert sorted(f["name"] for f in tools[0]["functionDeclarations"]) == ["f", "g"]
    assert sorted(map(str, tools[1:])) == ["{'googleSearch': {}}", "{'urlContext': {}}"]


def test_a_family_is_declared_once() -> None:
    assert setup_of(Live.builder().google_search().google_search())["tools"] == [{"googleSearch": {}}]


def test_a_declaration_may_be_a_mapping_of_wire_names() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    mapping = {"name": "f", "description": "d", "parametersJsonSchema": schema, "behavior": "NON_BLOCKING"}
    assert setup_of(Live.builder().add_tool(mapping))["tools"] == [{"functionDeclarations": [mapping]}]
    answer = {"name": "g", "parameters": {"type": "OBJECT"}, "responseJsonSchema": schema}
    assert setup_of(Live.builder().add_tool(answer))["tools"] == [{"functionDeclarations": [answer]}]


@pytest.mark.parametrize("name", ["f", "_f", "F9", "weather.today", "a:b-c", "x" * 128])
def test_a_name_that_the_wire_takes(name: str) -> None:
    assert setup_of(Live.builder().add_tool({"name": name}))["tools"][0]["functionDeclarations"] == [{"name": name}]


REFUSED: list[tuple[str, type[Exception], Any]] = [
    ("FunctionDeclaration or a Tool, not str", TypeError, "weather"),
    ("not function", TypeError, lambda: None),
    ("function name is empty", ValueError, {}),
    ("function name is empty", ValueError, FunctionDeclaration()),
    ("'9lives' cannot be used", ValueError, FunctionDeclaration(name="9lives")),
    ("cannot be used", ValueError, {"name": "x" * 129}),
    ("'my function' cannot be used", ValueError, Tool(function_declarations=[FunctionDeclaration(name="my function")])),
    ("no field 'arguments'", ValueError, {"name": "f", "arguments": {}}),
    ("name must be a str", TypeError, {"name": 5}),
    ("description must be a str", TypeError, {"name": "f", "description": ["d"]}),
    ("parameters must be a dict", TypeError, {"name": "f", "parameters": "{}"}),
    ("declaration of 'f' cannot be sent", ValueError, {"name": "f", "parameters": {"default": object()}}),
    ("declaration of the tool cannot be sent", ValueError, Tool(google_search={"since": object()})),
]


@pytest.mark.parametrize(("words", "error", "tool"), REFUSED, ids=[f"{row[0]}-{n}" for n, row in enumerate(REFUSED)])
def test_what_cannot_be_declared_raises_at_the_call(words: str, error: type[Exception], tool: Any) -> None:
    with pytest.raises(error, match=words):
        Live.builder().add_tool(tool)
