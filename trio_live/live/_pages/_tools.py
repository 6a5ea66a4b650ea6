"""Functions of this program as tools, and what stands around them."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import TYPE_CHECKING, Any, Final, Self

import attrs

from trio_live._typing import Seconds
from trio_live.dispatch import ToolDispatcher
from trio_live.dispatch._internal import ToolOptions
from trio_live.live import _checks as check
from trio_live.live._pages._base import Page
from trio_live.tools import ConfirmationProvider, McpServer, ResultFormatter, Scheduling, ToolMiddleware
from trio_live.tools._internal import SCHEDULINGS, as_tool

if TYPE_CHECKING:
    from trio_live.agents._internal import BringsLayers

_SHORTEST: Final[Seconds] = 0.001


class ToolPage(Page):
    """What the model may have this program do."""

    def tools(self, *tools: Callable[..., Any] | ToolDispatcher) -> Self:
        """Let the model call functions. They run when it asks, and what they return is the answer.

        Later calls add to earlier ones; of two tools of one name the later stays.

        Args:
            tools: typed functions, what ``@tool`` made of them, or a `ToolDispatcher` with everything in it.

        Raises:
            ConfigError: a function cannot be a tool: every reason.
        """
        options = self.spec.tools
        for each in tools:
            options = options.merging(each) if isinstance(each, ToolDispatcher) else options.adding([as_tool(each)])
        return self._with_tools(options)

    def mcp(self, *servers: McpServer) -> Self:
        """Let the model call the tools of Model Context Protocol servers. Needs the extra ``mcp``.

        The servers are started or dialled when connecting, and end with the session. A tool of the agent's own wins
        over one of the same name.

        Args:
            servers: `StdioServer` or `HttpServer`. Later calls add to earlier ones.

        Raises:
            TypeError: one of them is neither.
        """
        for each in servers:
            if not isinstance(each, McpServer):
                raise TypeError(f"an MCP server is a StdioServer or an HttpServer, not {each!r}")
        options = self.spec.tools
        return self._with_tools(attrs.evolve(options, servers=(*options.servers, *servers)))

    def tool_background(self, name: str) -> Self:
        """Run a tool beside the talk: the call is acknowledged at once, and the result follows.

        Args:
            name: of the tool, which may be added later.

        Raises:
            TypeError: the name is no string.
            ValueError: it is empty.
        """
        return self._with_tools(self.spec.tools.in_background(check.text("name", name)))

    def tool_background_with_formatter(self, name: str, formatter: ResultFormatter) -> Self:
        """As `tool_background`, and let somebody word the acknowledgement and the result.

        Args:
            name: of the tool, which may be added later.
            formatter: see `ResultFormatter`.

        Raises:
            TypeError: the name is no string, or the formatter has not its three methods.
            ValueError: the name is empty.
        """
        for method in ("format_running", "format_result", "format_cancelled"):
            if not callable(getattr(formatter, method, None)):
                raise TypeError(f"a formatter has a method {method}, which {formatter!r} has not")
        return self._with_tools(self.spec.tools.in_background(check.text("name", name), formatter=formatter))

    def tool_background_with_scheduling(self, name: str, scheduling: Scheduling) -> Self:
        """As `tool_background`, and say when the model may speak of the result.

        Args:
            name: of the tool, which may be added later.
            scheduling: ``INTERRUPT``, ``WHEN_IDLE`` or ``SILENT``.

        Raises:
            TypeError: one of them is no string.
            ValueError: the name is empty, or there is no such scheduling.
        """
        chosen = check.one_of("scheduling", scheduling, SCHEDULINGS)
        return self._with_tools(self.spec.tools.in_background(check.text("name", name), scheduling=chosen))

    def tool_timeouts(self, *, inline: Seconds | None = None, background: Seconds | None = None) -> Self:
        """How long tools may take that do not say so themselves.

        Args:
            inline: seconds; 30 without this call.
            background: seconds; without this call as long as they take.

        Raises:
            TypeError: no number.
            ValueError: not above 0.
        """
        changes = {"timeout": inline, "background_timeout": background}
        chosen: dict[str, Any] = {
            name: check.number(name, each, _SHORTEST, inf) for name, each in changes.items() if each is not None
        }
        return self._with_tools(attrs.evolve(self.spec.tools, **chosen))

    def middleware(self, *middleware: ToolMiddleware | BringsLayers) -> Self:
        """Put something around every tool. Later calls add to earlier ones, which stand outside.

        What stands around text agents and their models (`AgentMiddleware`) does so for those that are tools; without any,
        a layer that does nothing about tools is a `ConfigError` when connecting.

        Args:
            middleware: see `ToolMiddleware`, or sets made with `M` and `G`; the first is outermost.

        Raises:
            TypeError: one of them is no `ToolMiddleware`.
        """
        layers = [layer for each in middleware for layer in getattr(each, "layers", (each,))]
        added = tuple(check.instance("middleware", each, ToolMiddleware) for each in layers)
        options = self.spec.tools
        return self._with_tools(attrs.evolve(options, middleware=(*options.middleware, *added)))

    def confirmation_provider(self, provider: ConfirmationProvider) -> Self:
        """Say who is asked before a tool that needs a confirmation. Without one, such a tool cannot be had.

        Args:
            provider: its ``confirm(request, context)`` is awaited; see `ConfirmationProvider`.

        Raises:
            TypeError: it has no such method.
        """
        if not callable(getattr(provider, "confirm", None)):
            raise TypeError(f"a confirmation provider has a method confirm, which {provider!r} has not")
        return self._with_tools(attrs.evolve(self.spec.tools, confirmation=provider))

    def _with_tools(self, options: ToolOptions) -> Self:
        return self._with(attrs.evolve(self.spec, tools=options))
