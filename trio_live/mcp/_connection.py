"""Sessions with MCP servers, through the official SDK: it stands on anyio, and so runs under Trio as it is.

One task for each server, in a nursery around the session of the talk. It owns the transport, and with it the process
or the socket; tools call into it from the tasks of their calls. Leaving the block ends all of them: the SDK closes the
process's standard input, and terminates what does not leave by itself.
"""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any, assert_never

import trio
from mcp import ClientSession, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import (  # type: ignore[attr-defined]  # the SDK's time limits
    create_mcp_http_client,
    streamable_http_client,
)
from mcp.types import CallToolResult, PaginatedRequestParams, Tool

from trio_live._tasks import failures_in, open_service_nursery
from trio_live._typing import Json, JsonObject
from trio_live.errors import ConfigError, ConnectError, ToolError
from trio_live.mcp._translation import result_of, tools_of
from trio_live.tools import FunctionTool, HttpServer, McpServer, StdioServer

logger = logging.getLogger("trio_live.mcp")


@asynccontextmanager
async def open_mcp_tools(servers: Sequence[McpServer]) -> AsyncGenerator[list[FunctionTool[..., Any]], None]:
    """The tools of some servers, which run as long as the block.

    Args:
        servers: all are connected to at once.

    Raises:
        ConnectError: one of them cannot be had.
        ConfigError: one of them lacks a tool that is wanted.

    Cancellation: leaves no process and no socket behind.
    """
    connections = [McpConnection(server) for server in servers]
    async with open_service_nursery("the session is over") as nursery:
        async with open_service_nursery("every server has answered") as connecting:
            waits = [trio.Event() for _ in connections]
            for connection, connected in zip(connections, waits, strict=True):
                connecting.start_soon(_start, nursery, connection, connected)
            for connected in waits:
                await connected.wait()
        yield [each for connection in connections for each in connection.tools]


async def _start(nursery: trio.Nursery, connection: McpConnection, connected: trio.Event) -> None:
    await nursery.start(connection.run)
    connected.set()


class McpConnection:
    """One server.

    Args:
        server: which.
    """

    def __init__(self, server: McpServer) -> None:
        self._server = server
        self._session: ClientSession | None = None
        self.tools: list[FunctionTool[..., Any]] = []
        """What it offers, once it has said so."""

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Connect, and stay connected; started when the tools are known.

        Raises:
            ConnectError: it cannot be had.
            ConfigError: it lacks a tool that is wanted.

        Cancellation: the connection is closed, the process ended.
        """
        with trio.move_on_after(self._server.within) as patience:
            try:
                async with self._streams() as streams, ClientSession(*streams) as session:
                    await session.initialize()
                    self.tools = tools_of(self._server, await _list_tools(session), self._call)
                    patience.deadline = math.inf
                    self._session = session
                    task_status.started()
                    await trio.sleep_forever()
            except BaseException as error:
                # The SDK's tasks fail while others are being cancelled. What failed is told; a cancellation from outside
                # is raised again by the next checkpoint.
                failure = failures_in(error) if isinstance(error, BaseExceptionGroup) else error
                if failure is None or not isinstance(failure, Exception):
                    raise
                if isinstance(failure, ConfigError):
                    raise failure from None
                if self._session is None:
                    raise self._unreachable(str(failure) or type(failure).__name__) from failure
                logger.warning("the connection to the MCP server %s broke: %r", self._server.address, failure)
                await trio.lowlevel.checkpoint_if_cancelled()
            finally:
                self._session = None
        if patience.cancelled_caught:
            raise self._unreachable(f"it did not answer within {self._server.within:g} s")

    @asynccontextmanager
    async def _streams(self) -> AsyncGenerator[tuple[Any, Any], None]:
        match self._server:
            case StdioServer(command=command, env=env, cwd=cwd):
                started = StdioServerParameters(
                    command=command[0], args=[*command[1:]], env=dict(env) if env else None, cwd=cwd
                )
                async with stdio_client(started) as streams:
                    yield streams
            case HttpServer(url=url, headers=headers):
                async with (
                    create_mcp_http_client(headers=dict(headers or {})) as client,
                    streamable_http_client(url, http_client=client) as streams,
                ):
                    yield streams
            case _:
                assert_never(self._server)

    def _unreachable(self, why: str) -> ConnectError:
        return ConnectError(f"the MCP server {self._server.address} cannot be had: {why}")

    async def _call(self, name: str, args: JsonObject) -> Json:
        if self._session is None:
            raise self._gone()
        try:
            answer = await self._session.call_tool(name, args)
        except MCPError as error:
            raise ToolError.failed(f"the MCP server {self._server.address}: {error}") from error
        except (trio.ClosedResourceError, trio.BrokenResourceError) as error:
            raise self._gone() from error
        if not isinstance(answer, CallToolResult):
            raise ToolError.failed("the MCP server asks for something that nobody here can give")
        return result_of(answer)

    def _gone(self) -> ToolError:
        return ToolError.failed(f"the MCP server {self._server.address} is gone")


async def _list_tools(session: ClientSession) -> list[Tool]:
    found: list[Tool] = []
    cursor: str | None = None
    while True:
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor) if cursor else None)
        found += page.tools
        cursor = page.next_cursor
        if cursor is None:
            return found
