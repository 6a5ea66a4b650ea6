"""Moving events between tasks: pump, writer, the three lanes, fan-out, and the runtime that owns them."""

from trio_live.lanes._barrier import Barrier
from trio_live.lanes._callbacks import (
    HOOKS,
    AsyncCallback,
    AsyncCallbackWith,
    AsyncCallbackWith2,
    AudioCallback,
    BeforeToolResponseCallback,
    CallbackMode,
    EventCallbacks,
    Hook,
    InstructionFn,
    PhaseCallback,
    SignalCallback,
    TextCallback,
    ToolCallCallback,
    TranscriptCallback,
    TurnBoundaryCallback,
    UsageCallback,
    with_callback,
)
from trio_live.lanes._calls import CallBatch, RunningCalls
from trio_live.lanes._control import ControlLane, EventHandler, TimerTick, TypedTurn
from trio_live.lanes._dispatch import Dispatcher, ErrorDesk, describe
from trio_live.lanes._fanout import Fanout, LiveEventStream
from trio_live.lanes._fast import FastCalls, FastLane, Stamped
from trio_live.lanes._opening import open_session
from trio_live.lanes._plan import CLOSING, SETUP_WITHIN, SessionPlan
from trio_live.lanes._queues import QUEUES, Overflow, Queue, next_burst
from trio_live.lanes._router import Router
from trio_live.lanes._runtime import Runtime
from trio_live.lanes._session_writer import RawWriter
from trio_live.lanes._telemetry import TelemetryLane
from trio_live.lanes._writer import Outbound

__all__ = [
    "CLOSING",
    "HOOKS",
    "QUEUES",
    "SETUP_WITHIN",
    "AsyncCallback",
    "AsyncCallbackWith",
    "AsyncCallbackWith2",
    "AudioCallback",
    "Barrier",
    "BeforeToolResponseCallback",
    "CallBatch",
    "CallbackMode",
    "ControlLane",
    "Dispatcher",
    "ErrorDesk",
    "EventCallbacks",
    "EventHandler",
    "Fanout",
    "FastCalls",
    "FastLane",
    "Hook",
    "InstructionFn",
    "LiveEventStream",
    "Outbound",
    "Overflow",
    "PhaseCallback",
    "Queue",
    "RawWriter",
    "Router",
    "RunningCalls",
    "Runtime",
    "SessionPlan",
    "SignalCallback",
    "Stamped",
    "TelemetryLane",
    "TextCallback",
    "TimerTick",
    "ToolCallCallback",
    "TranscriptCallback",
    "TurnBoundaryCallback",
    "TypedTurn",
    "UsageCallback",
    "describe",
    "next_burst",
    "open_session",
    "with_callback",
]
