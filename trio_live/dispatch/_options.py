"""What a builder has chosen about tools, as a value; and the dispatcher that each session gets of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.dispatch._dispatcher import THREADS, TIMEOUT, ToolDispatcher
from trio_live.tools import (
    Background,
    ConfirmationProvider,
    FunctionTool,
    McpServer,
    Standard,
    ToolExecutionMode,
    ToolMiddleware,
)
from trio_live.tools._internal import declaring_problems
from trio_live.wire import LiveModelProfile


@value(kw_only=True)
class ToolOptions:
    """The tools of an agent. Every method returns new options."""

    tools: Mapping[str, FunctionTool[..., Any]] = attrs.field(factory=dict)
    modes: Mapping[str, ToolExecutionMode] = attrs.field(factory=dict)
    """How tools run, by name; those that are not here run as they say themselves."""
    servers: tuple[McpServer, ...] = ()
    """Bring tools of their own, which are known when connecting."""
    middleware: tuple[ToolMiddleware, ...] = ()
    confirmation: ConfirmationProvider | None = None
    timeout: Seconds = TIMEOUT
    background_timeout: Seconds | None = None
    threads: int = THREADS

    def adding(self, tools: Sequence[FunctionTool[..., Any]]) -> ToolOptions:
        """With more tools; a later one replaces one of the same name.

        Args:
            tools: to be added.
        """
        return attrs.evolve(self, tools={**self.tools, **{each.name: each for each in tools}})

    def merging(self, dispatcher: ToolDispatcher) -> ToolOptions:
        """With everything that a dispatcher knows: its tools, their modes, what stands around them, its limits.

        Args:
            dispatcher: left as it is.
        """
        tools = {name: found for name in dispatcher if (found := dispatcher.get_tool(name))}
        return attrs.evolve(
            self,
            tools={**self.tools, **tools},
            modes={**self.modes, **{name: dispatcher.mode(name) for name in dispatcher}},
            middleware=(*self.middleware, *dispatcher.middleware),
            confirmation=dispatcher.confirmation or self.confirmation,
            timeout=self.timeout if dispatcher.timeout == TIMEOUT else dispatcher.timeout,
            background_timeout=dispatcher.background_timeout or self.background_timeout,
            threads=dispatcher.threads,
        )

    def in_background(self, name: str, **changes: Any) -> ToolOptions:
        """With a tool in the background.

        Args:
            name: of the tool, which may be added later.
            changes: to its `Background` mode; what was chosen before stays.
        """
        chosen = self.mode(name)
        mode = attrs.evolve(chosen if isinstance(chosen, Background) else Background(), **changes)
        return attrs.evolve(self, modes={**self.modes, name: mode})

    def mode(self, name: str) -> ToolExecutionMode:
        """How a tool runs.

        Args:
            name: of the tool.
        """
        found = self.tools.get(name)
        return self.modes.get(name) or (found.policy.mode if found else None) or Standard()

    def dispatcher(self, count_error: Callable[[str], None] = lambda _: None) -> ToolDispatcher:
        """A dispatcher for one session.

        Args:
            count_error: told the name of each tool that did not do what was asked.
        """
        made = ToolDispatcher(
            timeout=self.timeout,
            background_timeout=self.background_timeout,
            threads=self.threads,
            middleware=self.middleware,
            confirmation=self.confirmation,
            count_error=count_error,
        )
        for name, each in self.tools.items():
            made.register(each, mode=self.mode(name))
        return made

    def problems(self, profile: LiveModelProfile) -> list[str]:
        """Why a session cannot have these tools.

        Args:
            profile: of the model.
        """
        known = ", ".join(sorted(self.tools)) or "none"
        missing = [] if self.servers else sorted(set(self.modes) - set(self.tools))
        found = [
            f"tool_background names {name!r}, which is no tool of this agent; there are {known}" for name in missing
        ]
        for name, each in sorted(self.tools.items()):
            found += declaring_problems(each, self.mode(name), profile)
            if each.policy.commit and each.policy.commit.compensate not in {None, *self.tools}:
                found.append(
                    f"{name!r} is undone by {each.policy.commit.compensate!r}, which is no tool; there are {known}"
                )
            if each.policy.confirm and self.confirmation is None:
                found.append(f"{name!r} needs a confirmation; say who gives it, with `confirmation_provider`")
        return found
