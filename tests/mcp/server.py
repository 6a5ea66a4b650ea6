"""A real MCP server for the tests, started as a process: ``python server.py stdio`` or ``python server.py http PORT``."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import anyio
from mcp.server import MCPServer
from pydantic import BaseModel

server = MCPServer("weather", log_level="CRITICAL")


@server.tool()
def forecast(city: str, days: int = 1) -> str:
    """The weather of a city in the next days."""
    return f"{city}: sun for {days} days"


@server.tool()
def measure(city: str) -> dict[str, Any]:
    """What the station of a city measures."""
    if city == "nowhere":
        raise ValueError("there is no station")
    return {"city": city, "degrees": 21.5}


@server.tool()
def die() -> str:
    """End the server in mid-call."""
    os.kill(os.getpid(), signal.SIGKILL)
    return "dead"


@server.tool()
async def hang() -> str:
    """Never answer."""
    await anyio.sleep(60)
    return "late"


class Route(BaseModel):
    """A way, station by station: its schema is one that the Live API refuses."""

    station: str | int | None = None
    onward: Route | None = None


@server.tool()
def travel(route: Route) -> int:
    """Count the stations of a route."""
    return 1 + (travel(route.onward) if route.onward else 0)


@server.tool(name="two words")
def unspeakable() -> str:
    """Has a name that no function may have."""
    return "never"


if __name__ == "__main__":
    if sys.argv[1] == "stdio":
        server.run("stdio")
    else:
        server.run("streamable-http", port=int(sys.argv[2]))
