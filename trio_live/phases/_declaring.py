"""Which tools are declared while a phase is current, for models whose declarations can change in mid-session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trio_live.wire import Tool
from trio_live.wire._internal import evolve


def declare_tools(tools: Iterable[Tool], offered: Sequence[str] | None) -> tuple[Tool, ...]:
    """The tools of a session, narrowed to the functions that a phase offers.

    What is no function (a search, for instance) stays: the phase says nothing about it.

    Args:
        tools: every tool of the session.
        offered: names of the functions; ``None`` offers all.
    """
    if offered is None:
        return tuple(tools)
    narrowed = []
    for tool in tools:
        if tool.function_declarations is None:
            narrowed.append(tool)
            continue
        kept = [declaration for declaration in tool.function_declarations if declaration.name in offered]
        rest = evolve(tool, function_declarations=kept or None)
        if rest != Tool():
            narrowed.append(rest)
    return tuple(narrowed)


def declared_names(tools: Iterable[Tool]) -> tuple[str, ...]:
    """Names of the declared functions, in order."""
    return tuple(declaration.name for tool in tools for declaration in tool.function_declarations or ())
