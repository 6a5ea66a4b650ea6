"""What conversation/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.conversation._buffer import DEFAULT_CAPACITY
from trio_live.conversation._context import NEEDS_KEY, Ctx
from trio_live.conversation._cut import cut_at_word
from trio_live.conversation._needs import ESCALATION_KEY, UNFULFILLED_KEY
from trio_live.conversation._signals import ACTIVITY, Signal
from trio_live.conversation._transcript import continued, format_turns, redacted_turn

__all__ = [
    "ACTIVITY",
    "DEFAULT_CAPACITY",
    "ESCALATION_KEY",
    "NEEDS_KEY",
    "UNFULFILLED_KEY",
    "Ctx",
    "Signal",
    "continued",
    "cut_at_word",
    "format_turns",
    "redacted_turn",
]
