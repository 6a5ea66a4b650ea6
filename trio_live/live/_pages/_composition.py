"""Whole sets of things at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from trio_live.live._pages._declarations import DeclarationPage
from trio_live.live._pages._tools import ToolPage

if TYPE_CHECKING:
    from trio_live.compose import ToolComposite


class CompositionPage(ToolPage, DeclarationPage):
    """What is put together elsewhere."""

    def with_tools(self, tools: ToolComposite) -> Self:
        """Let the model use a set of tools: functions, what the server brings, tools of MCP servers.

        Adds to what `tools`, `mcp` and `add_tool` gave; of two functions of one name the later stays.

        Args:
            tools: put together with `T`.

        Raises:
            TypeError: it is no `ToolComposite`.
        """
        from trio_live.compose import ToolComposite

        if not isinstance(tools, ToolComposite):
            raise TypeError(f"tools is a ToolComposite, such as T.function(…) + T.google_search(), not {tools!r}")
        built = self.tools(*tools.functions).mcp(*tools.servers)
        for family in tools.brought:
            built = built.add_tool(family)
        return built

    def agent_tool(self, name: str, description: str, agent: object) -> Self:
        """Let the model ask a text agent: it gives a ``request``, and gets ``{"result": reply}``.

        The agent works on the session's State: what it writes is seen by guards and watchers at once, but for ``input``,
        ``output``, ``agent_tool_args`` and keys that begin with ``_``, which belong to the call. With `tool_background` it
        works beside the talk.

        Args:
            name: for the model.
            description: for the model: what it can be asked.
            agent: anything with ``run(state)``, such as an `LlmTextAgent`, or a plain function.

        Raises:
            ConfigError: the name cannot be used.
            TypeError: it is no agent.
        """
        from trio_live.agents import agent_tool

        return self.tools(agent_tool(name, description, agent))
