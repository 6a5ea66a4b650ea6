"""Moving events between tasks: pump, writer, the three lanes, fan-out, and the runtime that owns them."""

from trio_live.lanes._callbacks import (
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
)
from trio_live.lanes._fanout import LiveEventStream
from trio_live.lanes._plan import CLOSING
from trio_live.lanes._queues import QUEUES, Overflow, Queue

__all__ = [
    "CLOSING",
    "HOOKS",
    "QUEUES",
    "AsyncCallback",
    "AsyncCallbackWith",
    "AsyncCallbackWith2",
    "AudioCallback",
    "BeforeToolResponseCallback",
    "CallbackMode",
    "EventCallbacks",
    "GroundingCallback",
    "Hook",
    "InstructionFn",
    "LiveEventStream",
    "MediaCallback",
    "Overflow",
    "PhaseCallback",
    "Queue",
    "SignalCallback",
    "TextCallback",
    "ToolCallCallback",
    "TranscriptCallback",
    "TurnBoundaryCallback",
    "UsageCallback",
]
