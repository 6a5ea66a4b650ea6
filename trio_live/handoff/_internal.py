"""What handoff/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.handoff._checks import agent_mistakes, declarations_that_clash
from trio_live.handoff._words import (
    TRANSFER_TOOL,
    advice,
    already_there,
    name_wanted,
    reason_given,
    retired,
    second_wish,
    taken_over,
    transfer_tool,
    unknown_agent,
)

__all__ = [
    "TRANSFER_TOOL",
    "advice",
    "agent_mistakes",
    "already_there",
    "declarations_that_clash",
    "name_wanted",
    "reason_given",
    "retired",
    "second_wish",
    "taken_over",
    "transfer_tool",
    "unknown_agent",
]
