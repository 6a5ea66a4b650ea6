"""What was said, what the wire tells about it, and what is still to be found out. Pure."""

from __future__ import annotations

from trio_live.conversation._answer import Answer
from trio_live.conversation._buffer import TranscriptBuffer
from trio_live.conversation._context import ContextBuilder
from trio_live.conversation._needs import Escalate, NeedsFulfillment, NoAction, Nudge, RepairAction, RepairConfig
from trio_live.conversation._session_type import SessionType
from trio_live.conversation._signals import SIGNALS, SessionSignals
from trio_live.conversation._transcript import TranscriptTurn, TranscriptWindow

__all__ = [
    "SIGNALS",
    "Answer",
    "ContextBuilder",
    "Escalate",
    "NeedsFulfillment",
    "NoAction",
    "Nudge",
    "RepairAction",
    "RepairConfig",
    "SessionSignals",
    "SessionType",
    "TranscriptBuffer",
    "TranscriptTurn",
    "TranscriptWindow",
]
