"""Between the Model Context Protocol and this package: what a server offers as tools, what it answers as results."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import mcp.types

from trio_live._typing import Json, JsonObject
from trio_live.errors import ConfigError, ToolError, ToolErrorKind
from trio_live.tools import FunctionTool, McpServer, tool

logger = logging.getLogger("trio_live.mcp")

CallRemote = Callable[[str, JsonObject], Awaitable[Json]]
"""Calls a tool of the server by its name there."""


def tools_of(server: McpServer, offered: Iterable[mcp.types.Tool], call: CallRemote) -> list[FunctionTool[..., Any]]:
    """What a server offers, as tools. One that the model cannot have is left out, with a warning.

    Args:
        server: as it was chosen.
        offered: what it says of itself.
        call: calls one of them.

    Raises:
        ConfigError: a tool is wanted that it does not offer.
    """
    by_name = {each.name: each for each in offered}
    wanted = [*by_name] if server.only is None else [*server.only]
    missing = [name for name in wanted if name not in by_name]
    if missing:
        known = ", ".join(sorted(by_name)) or "none"
        raise ConfigError([f"the MCP server {server.address} has no tool {name!r}; it has {known}" for name in missing])
    found = []
    for name in wanted:
        try:
            found.append(_tool_of(by_name[name], server.prefix, call))
        except ConfigError as problem:
            logger.warning("a tool of the MCP server %s is left out: %s", server.address, problem)
    return found


def _tool_of(offered: mcp.types.Tool, prefix: str, call: CallRemote) -> FunctionTool[..., Any]:
    async def remote(args: JsonObject) -> Json:
        return await call(offered.name, args)

    return tool(
        name=f"{prefix}{offered.name}",
        description=offered.description or offered.title or offered.name,
        parameters=offered.input_schema,
    )(remote)


def result_of(answer: mcp.types.CallToolResult) -> Json:
    """What a server answered.

    Args:
        answer: structured content comes first, for the other content says the same in words.

    Raises:
        ToolError: the server says that it failed; the model may try otherwise.
    """
    told = [_content(each) for each in answer.content]
    if answer.is_error:
        words = "; ".join(each for each in told if isinstance(each, str)) or "the server does not say why"
        raise ToolError(f"Tool execution failed: {words}", kind=ToolErrorKind.FAILED, retry=True)
    if answer.structured_content is not None:
        return answer.structured_content
    return told[0] if len(told) == 1 else told


def _content(block: mcp.types.ContentBlock) -> Json:
    match block:
        case mcp.types.TextContent(text=text):
            return text
        case mcp.types.EmbeddedResource(resource=mcp.types.TextResourceContents(text=text, uri=uri)):
            return {"uri": str(uri), "text": text}
        case mcp.types.ResourceLink(uri=uri, name=name):
            return {"uri": str(uri), "name": name}
        case _:
            return {"type": block.type, "left_out": "it is no text, and a model that talks cannot be shown it"}
