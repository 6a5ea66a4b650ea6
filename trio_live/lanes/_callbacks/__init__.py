"""The callbacks of a session: which there are, and how code of the user is called."""

from trio_live.lanes._callbacks._aside import Aside
from trio_live.lanes._callbacks._budget import BUDGET, CallbackBudget
from trio_live.lanes._callbacks._callbacks import (
    HOOKS,
    AsyncCallback,
    AsyncCallbackWith,
    AsyncCallbackWith2,
    AudioCallback,
    BeforeToolResponseCallback,
    CallbackMode,
    EventCallbacks,
    GroundingCallback,
    Hook,
    InstructionFn,
    MediaCallback,
    PhaseCallback,
    SignalCallback,
    TextCallback,
    ToolCallCallback,
    TranscriptCallback,
    TurnBoundaryCallback,
    UsageCallback,
    with_callback,
)
from trio_live.lanes._callbacks._ctrl_c import told_of_ctrl_c
from trio_live.lanes._callbacks._dispatch import Dispatcher, ErrorDesk

__all__ = [
    "BUDGET",
    "HOOKS",
    "Aside",
    "AsyncCallback",
    "AsyncCallbackWith",
    "AsyncCallbackWith2",
    "AudioCallback",
    "BeforeToolResponseCallback",
    "CallbackBudget",
    "CallbackMode",
    "Dispatcher",
    "ErrorDesk",
    "EventCallbacks",
    "GroundingCallback",
    "Hook",
    "InstructionFn",
    "MediaCallback",
    "PhaseCallback",
    "SignalCallback",
    "TextCallback",
    "ToolCallCallback",
    "TranscriptCallback",
    "TurnBoundaryCallback",
    "UsageCallback",
    "told_of_ctrl_c",
    "with_callback",
]
