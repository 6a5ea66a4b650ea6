from __future__ import annotations

import logging
from typing import Any

import pytest
from mcp import types

from trio_live.errors import ToolError
from trio_live.mcp._translation import result_of, tools_of
from trio_live.tools import HttpServer


def text(words: str) -> types.TextContent:
    return types.TextContent(type="text", text=words)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (types.CallToolResult(content=[text("sun")]), "sun"),
        (types.CallToolResult(content=[text("sun"), text("rain")]), ["sun", "rain"]),
        (types.CallToolResult(content=[]), []),
        (types.CallToolResult(content=[text("{}")], structured_content={"a": 1}), {"a": 1}),
        (
            types.CallToolResult(content=[types.ImageContent(type="image", data="AA==", mime_type="image/png")]),
            {"type": "image", "left_out": "it is no text, and a model that talks cannot be shown it"},
        ),
        (
            types.CallToolResult(
                content=[
                    types.EmbeddedResource(
                        type="resource", resource=types.TextResourceContents(uri="file:///a", text="words")
                    ),
                    types.ResourceLink(type="resource_link", uri="file:///b", name="b"),
                ]
            ),
            [{"uri": "file:///a", "text": "words"}, {"uri": "file:///b", "name": "b"}],
        ),
    ],
)
def test_answers_become_json(answer: types.CallToolResult, result: Any) -> None:
    assert result_of(answer) == result


def test_an_error_may_be_tried_again() -> None:
    with pytest.raises(ToolError, match="Tool execution failed: no such city") as caught:
        result_of(types.CallToolResult(content=[text("no such city")], is_error=True))
    assert caught.value.retry
    with pytest.raises(ToolError, match="does not say why"):
        result_of(types.CallToolResult(content=[], is_error=True))


async def call(name: str, args: dict[str, Any]) -> Any:
    return [name, args]


async def test_what_the_model_cannot_have_is_left_out_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    offered = [
        types.Tool(name="good", title="A good one.", input_schema={"type": "object"}),
        types.Tool(name="two words", input_schema={"type": "object"}),
        types.Tool(name="odd", input_schema={"type": "object", "properties": {"a": {"type": "strnig"}}}),
        types.Tool(name="text", input_schema={"type": "string"}),
    ]
    with caplog.at_level(logging.WARNING):
        (tool,) = tools_of(HttpServer("http://here", prefix="my_"), offered, call)
    assert (tool.name, tool.description) == ("my_good", "A good one.")
    assert await tool({"a": 1}) == ["good", {"a": 1}]
    assert len([record for record in caplog.records if "http://here is left out" in record.getMessage()]) == 3
