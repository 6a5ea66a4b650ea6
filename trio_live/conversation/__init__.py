"""What was said, what the wire tells about it, and what is still to be found out. Pure, floor 3."""

from __future__ import annotations

from trio_live.conversation._buffer import DEFAULT_CAPACITY, TranscriptBuffer
from trio_live.conversation._context import NEEDS_KEY, ContextBuilder, Ctx
from trio_live.conversation._cut import cut_at_word
from trio_live.conversation._needs import (
    ESCALATION_KEY,
    UNFULFILLED_KEY,
    Escalate,
    NeedsFulfillment,
    NoAction,
    Nudge,
    RepairAction,
    RepairConfig,
)
from trio_live.conversation._session_type import LIMITS, SessionType
from trio_live.conversation._signals import ACTIVITY, SIGNALS, SessionSignals, Signal
from trio_live.conversation._transcript import TranscriptTurn, TranscriptWindow, format_turns

__all__ = [
    "ACTIVITY",
    "DEFAULT_CAPACITY",
    "ESCALATION_KEY",
    "LIMITS",
    "NEEDS_KEY",
    "SIGNALS",
    "UNFULFILLED_KEY",
    "ContextBuilder",
    "Ctx",
    "Escalate",
    "NeedsFulfillment",
    "NoAction",
    "Nudge",
    "RepairAction",
    "RepairConfig",
    "SessionSignals",
    "SessionType",
    "Signal",
    "TranscriptBuffer",
    "TranscriptTurn",
    "TranscriptWindow",
    "cut_at_word",
    "format_turns",
]
