"""Telling the model which tools it may use."""

from __future__ import annotations

from collections.abc import Iterable

from trio_live._values import value
from trio_live.phases._definition import ACTIVE_TOOLS_KEY, Phase
from trio_live.state import ABSENT, State
from trio_live.state._internal import json_equal
from trio_live.wire import FunctionCall, FunctionResponse


@value
class ToolAdvisory:
    """What is to be said, and what ``session:active_tools`` is to be after it (see `publish_active_tools`)."""

    line: str | None
    active_tools: tuple[str, ...] | None


@value
class ToolSplit:
    """A batch of function calls, each in exactly one of the two."""

    allowed: tuple[FunctionCall, ...]
    rejected: tuple[FunctionResponse, ...]
    """The answers to those that may not run now."""


def advise_tools(phase: Phase, state: State) -> ToolAdvisory:
    """After a transition into ``phase``: whether the tools the model was told of have changed.

    A phase without a list lifts a limit that was advertised before; otherwise the model would go on believing it.
    """
    advertised = state.get_raw(ACTIVE_TOOLS_KEY, ABSENT)
    tools = phase.tools_enabled
    if tools is None:
        return ToolAdvisory(None if advertised is ABSENT else "All tools are available again.", None)
    if json_equal(advertised, list(tools)):
        return ToolAdvisory(None, tools)
    if not tools:
        return ToolAdvisory("No tools are available in this phase; do not call any.", tools)
    return ToolAdvisory(f"Tools available in this phase: {', '.join(tools)}. Do not call any other.", tools)


def split_calls(calls: Iterable[FunctionCall], tools_enabled: tuple[str, ...] | None) -> ToolSplit:
    """Which calls may run while a phase with these tools is current, and the answers to the others.

    Args:
        calls: One batch, in its order, which both halves keep.
        tools_enabled: The current phase's list; ``None`` allows everything.
    """
    batch = tuple(calls)
    if tools_enabled is None:
        return ToolSplit(batch, ())
    return ToolSplit(
        allowed=tuple(call for call in batch if call.name in tools_enabled),
        rejected=tuple(
            FunctionResponse.error(call, unavailable(call.name)) for call in batch if call.name not in tools_enabled
        ),
    )


def unavailable(tool: str) -> str:
    """What the model is told when it calls a tool the current phase does not have."""
    return f"Tool '{tool}' is not available in the current conversation phase."
