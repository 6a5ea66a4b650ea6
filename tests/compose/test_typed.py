"""Tools that are given one value of a type."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from trio_live import ConfigError, FunctionCall, ToolDispatcher, ToolError
from trio_live.compose._typed import typed_tool
from trio_live.errors import ToolErrorKind


@attrs.frozen
class Order:
    size: str
    count: int = 1


async def bake(order: Order) -> str:
    return f"{order.count} {order.size}"


async def test_the_type_says_what_the_model_fills_in_and_the_function_gets_one_value() -> None:
    made = typed_tool(Order, "bake", "Bakes.", bake)
    assert made.parameters is not None
    assert list(made.parameters["properties"]) == ["size", "count"]
    tools = ToolDispatcher(made)
    assert await tools.call(FunctionCall(name="bake", args={"size": "large", "count": 2.0})) == "2 large"
    assert await tools.call(FunctionCall(name="bake", args={"size": "large"})) == "1 large"
    with pytest.raises(ToolError, match="count") as caught:
        await tools.call(FunctionCall(name="bake", args={"size": "large", "count": "two"}))
    assert caught.value.kind is ToolErrorKind.INVALID_ARGUMENTS


@pytest.mark.parametrize(
    ("kind", "function", "words"),
    [
        (int, bake, "has no fields"),
        (Order, lambda: "x", "takes 0 arguments where one Order is given"),
        (object, bake, "bake: "),
    ],
)
def test_what_cannot_be_given_is_refused_at_once(kind: Any, function: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        typed_tool(kind, "bake", "Bakes.", function)
