"""The tools of MCP servers, brought into the description of an agent when it is connected."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import attrs

from trio_live.errors import ConfigError
from trio_live.live._pages import LiveSpec


@asynccontextmanager
async def with_servers(spec: LiveSpec) -> AsyncGenerator[LiveSpec, None]:
    """A spec with the tools of its servers in it. The servers run as long as the block.

    Args:
        spec: with or without servers.

    Raises:
        ConfigError: the extra is missing, or two servers have tools of one name.
        ConnectError: a server cannot be had.

    Cancellation: leaves no process and no socket behind.
    """
    options = spec.tools
    if not options.servers:
        yield spec
        return
    try:
        from trio_live.mcp import open_mcp_tools
    except ImportError as missing:
        raise ConfigError(
            f"tools of MCP servers need the extra `mcp`: pip install 'trio-live[mcp]' ({missing})"
        ) from None
    async with open_mcp_tools(options.servers) as brought:
        twice = [name for name, count in Counter(each.name for each in brought).items() if count > 1]
        if twice:
            raise ConfigError([f"two MCP servers have a tool {name!r}; give one a `prefix`" for name in twice])
        tools = {**{each.name: each for each in brought}, **options.tools}
        yield attrs.evolve(spec, tools=attrs.evolve(options, tools=tools, servers=()))
