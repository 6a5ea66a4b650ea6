from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncGenerator

import pytest
import trio

from tests.mcp.servers import UNTIDY, serving_http, stdio_server
from trio_live.dispatch import ToolDispatcher
from trio_live.errors import ConfigError, ConnectError, ToolError
from trio_live.mcp import open_mcp_tools
from trio_live.tools import HttpServer, McpServer, StdioServer

pytestmark = pytest.mark.filterwarnings(UNTIDY)


@contextlib.asynccontextmanager
async def connected(*servers: McpServer, limit: float = 10) -> AsyncGenerator[ToolDispatcher, None]:
    with trio.fail_after(60):
        async with open_mcp_tools(servers) as tools:
            yield ToolDispatcher(*tools, timeout=limit)


async def test_tools_of_a_process_are_called() -> None:
    async with connected(stdio_server()) as tools:
        assert [*tools] == ["die", "forecast", "hang", "measure", "travel"]
        assert await tools.call_function("forecast", {"city": "Rome", "days": 2}) == {"result": "Rome: sun for 2 days"}
        assert await tools.call_function("measure", {"city": "Rome"}) == {"city": "Rome", "degrees": 21.5}


async def test_tools_of_an_address_are_called() -> None:
    with serving_http(prefix="web_", only=["forecast"]) as server:
        async with connected(server) as tools:
            assert [*tools] == ["web_forecast"]
            assert await tools.call_function("web_forecast", {"city": "Oslo"}) == {"result": "Oslo: sun for 1 days"}


async def test_a_schema_that_the_api_refuses_becomes_one_that_it_takes() -> None:
    async with connected(stdio_server(only=["travel"])) as tools:
        (declared,) = tools.declarations()
        assert declared.parameters is not None
        route = declared.parameters["properties"]["route"]
        assert route["properties"]["station"] == {"anyOf": [{"type": "STRING"}, {"type": "INTEGER"}], "nullable": True}
        assert route["properties"]["onward"]["type"] == "OBJECT"
        deep = {"route": {"station": "A", "onward": {"station": 2, "onward": {}}}}
        assert await tools.call_function("travel", deep) == {"result": 3}


async def test_what_a_tool_reports_as_an_error_is_one() -> None:
    async with connected(stdio_server()) as tools:
        with pytest.raises(ToolError, match="Tool execution failed: Error executing tool measure") as caught:
            await tools.call_function("measure", {"city": "nowhere"})
        assert caught.value.retry
        with pytest.raises(ToolError, match="city"):
            await tools.call_function("forecast", {})


async def test_a_process_that_dies_in_mid_call_is_told_and_so_is_every_call_after_it() -> None:
    async with connected(stdio_server()) as tools:
        for name in ("die", "measure"):
            with pytest.raises(ToolError, match=r"Tool execution failed: the MCP server .*: Connection closed"):
                await tools.call_function(name, {"city": "Rome"} if name == "measure" else {})


async def test_an_address_that_dies_in_mid_call_is_told_and_the_block_goes_on() -> None:
    with serving_http() as server:
        async with connected(server) as tools:
            for _ in range(3):
                with pytest.raises(ToolError, match="Tool execution failed: the MCP server"):
                    await tools.call_function("die")


async def test_a_server_that_hangs_runs_out_of_time_and_serves_on() -> None:
    async with connected(stdio_server(), limit=0.5) as tools:
        with pytest.raises(ToolError, match=r"timed out after 0\.5 s"):
            await tools.call_function("hang")
        with trio.fail_after(10):
            assert (await tools.call_function("forecast", {"city": "Rome"}))["result"].startswith("Rome")


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (StdioServer(["no-such-program-here"]), "no-such-program-here cannot be had"),
        (StdioServer([sys.executable, "-c", "pass"]), "-c pass cannot be had"),
        (StdioServer([sys.executable, "-c", "input()\ninput()"], within=1), "it did not answer within 1 s"),
        (HttpServer("http://127.0.0.1:9/mcp?key=secret"), "http://127.0.0.1:9/mcp cannot be had"),
    ],
)
async def test_a_server_that_cannot_be_had_is_told_by_name(server: McpServer, reason: str) -> None:
    with pytest.raises(ConnectError) as caught:
        async with connected(server):
            raise AssertionError("it connected")
    assert reason in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_tool_that_is_wanted_and_not_there_is_told() -> None:
    with pytest.raises(ConfigError, match="has no tool 'forcast'; it has die, forecast"):
        async with connected(stdio_server(only=["forcast"])):
            raise AssertionError("it connected")


async def test_a_cancelled_connection_leaves_no_process_behind() -> None:
    for seconds in (0, 0.05, 0.5):
        with trio.move_on_after(seconds) as scope:
            async with open_mcp_tools([stdio_server()]):
                await trio.sleep_forever()
        assert scope.cancelled_caught


async def test_what_the_block_raises_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        async with connected(stdio_server()):
            raise ZeroDivisionError
