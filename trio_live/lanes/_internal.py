"""What lanes/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.lanes._barrier import Barrier
from trio_live.lanes._callbacks import with_callback
from trio_live.lanes._calls import CallScope, RunningCalls
from trio_live.lanes._control import CallbackFailed, ControlLane, EventHandler, TimerTick, TypedTurn
from trio_live.lanes._dispatch import Dispatcher, ErrorDesk, describe
from trio_live.lanes._fanout import Fanout
from trio_live.lanes._fast import FastCalls, FastLane, Stamped
from trio_live.lanes._opening import open_session
from trio_live.lanes._plan import SETUP_WITHIN, SessionPlan
from trio_live.lanes._queues import next_burst
from trio_live.lanes._router import Router
from trio_live.lanes._runtime import Runtime
from trio_live.lanes._session_writer import RawWriter
from trio_live.lanes._telemetry import TelemetryLane
from trio_live.lanes._writer import Outbound

__all__ = [
    "SETUP_WITHIN",
    "Barrier",
    "CallScope",
    "CallbackFailed",
    "ControlLane",
    "Dispatcher",
    "ErrorDesk",
    "EventHandler",
    "Fanout",
    "FastCalls",
    "FastLane",
    "Outbound",
    "RawWriter",
    "Router",
    "RunningCalls",
    "Runtime",
    "SessionPlan",
    "Stamped",
    "TelemetryLane",
    "TimerTick",
    "TypedTurn",
    "describe",
    "next_burst",
    "open_session",
    "with_callback",
]
