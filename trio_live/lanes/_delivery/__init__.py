"""From the router to the lane that handles an event."""

from trio_live.lanes._delivery._calls import CallScope, RunningCalls
from trio_live.lanes._delivery._control import CallbackFailed, ControlLane, EventHandler, TimerTick, TypedTurn
from trio_live.lanes._delivery._fast import FastCalls, FastLane, Stamped
from trio_live.lanes._delivery._phase_watch import PhaseWatch
from trio_live.lanes._delivery._router import Rest, Router
from trio_live.lanes._delivery._telemetry import TelemetryLane

__all__ = [
    "CallScope",
    "CallbackFailed",
    "ControlLane",
    "EventHandler",
    "FastCalls",
    "FastLane",
    "PhaseWatch",
    "Rest",
    "Router",
    "RunningCalls",
    "Stamped",
    "TelemetryLane",
    "TimerTick",
    "TypedTurn",
]
