from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from trio_live.errors import ConfigError
from trio_live.tools import LiveInput, ToolClass, ToolContext, tool


async def listen(heard: LiveInput, words: int, context: ToolContext) -> AsyncIterator[str]:
    """Listen to some words."""
    async for piece in heard:
        yield str(piece)


def test_the_model_never_hears_of_it() -> None:
    made = tool(listen)
    assert (made.listens, made.tool_class) == (True, ToolClass.INPUT_STREAM)
    assert made.parameters is not None
    assert set(made.parameters["properties"]) == {"words"}


async def test_outside_of_a_session_nobody_says_anything() -> None:
    context = ToolContext()
    values = tool(listen).prepared({"words": 3}, context)()
    assert [value async for value in values] == []
    assert context.live_input.lagged == 0
    context.live_input.close()


def test_a_plain_function_cannot_listen() -> None:
    def listen(heard: LiveInput) -> None:
        """Listen."""

    with pytest.raises(
        ConfigError, match=r"listen .*: the parameter 'heard' is read with `async for`, so this must be"
    ):
        tool(listen)


def test_there_is_one_input_for_a_tool() -> None:
    async def listen(one: LiveInput, other: LiveInput) -> None:
        """Listen."""

    with pytest.raises(
        ConfigError,
        match=r"listen .*: the parameter 'other' is a second LiveInput; there is one input, and 'one' has it",
    ):
        tool(listen)
