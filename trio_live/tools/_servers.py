"""Where the tools of a Model Context Protocol server come from. Values only: nothing is started or dialled here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import ConfigError

CONNECT_WITHIN: Final[Seconds] = 30.0
"""A process that is fetched and built on its first start takes its time."""


def _words(command: Sequence[str]) -> tuple[str, ...]:
    if isinstance(command, str) or not command:
        raise ConfigError(f"a command is a list of words, the program first, not {command!r}")
    return tuple(command)


@value
class StdioServer:
    """An MCP server that is started as a process and spoken to over its standard input and output."""

    command: Sequence[str] = attrs.field(converter=_words)
    """The program and its arguments."""
    env: Mapping[str, str] | None = attrs.field(default=None, kw_only=True, repr=False)
    """Variables besides those of a bare environment: the process inherits no others, and so no keys."""
    cwd: str | Path | None = attrs.field(default=None, kw_only=True)
    """Where it is started; ``None``: here."""
    prefix: str = attrs.field(default="", kw_only=True)
    """Put before the names of its tools, where those of two servers clash."""
    only: Sequence[str] | None = attrs.field(default=None, kw_only=True)
    """Its tools that are wanted, by the server's names; ``None``: all."""
    within: Seconds = attrs.field(default=CONNECT_WITHIN, kw_only=True)
    """Seconds in which it must have said what it can."""

    @property
    def address(self) -> str:
        """What messages call it."""
        return " ".join(self.command)


@value
class HttpServer:
    """An MCP server that listens at an address: the transport called *streamable HTTP*."""

    url: str
    headers: Mapping[str, str] | None = attrs.field(default=None, kw_only=True, repr=False)
    """Sent with every request, such as ``Authorization``."""
    prefix: str = attrs.field(default="", kw_only=True)
    """Put before the names of its tools, where those of two servers clash."""
    only: Sequence[str] | None = attrs.field(default=None, kw_only=True)
    """Its tools that are wanted, by the server's names; ``None``: all."""
    within: Seconds = attrs.field(default=CONNECT_WITHIN, kw_only=True)
    """Seconds in which it must have said what it can."""

    @property
    def address(self) -> str:
        """What messages call it; without a query, which may hold a key."""
        return self.url.partition("?")[0]


McpServer: TypeAlias = StdioServer | HttpServer
"""A server of tools."""
