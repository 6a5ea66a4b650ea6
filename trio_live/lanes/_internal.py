"""What lanes/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.lanes._callbacks import Dispatcher, ErrorDesk, with_callback
from trio_live.lanes._delivery import (
    CallbackFailed,
    CallScope,
    ControlLane,
    EventHandler,
    FastCalls,
    FastLane,
    PhaseWatch,
    Router,
    RunningCalls,
    Stamped,
    TelemetryLane,
    TimerTick,
    TypedTurn,
)
from trio_live.lanes._flow import Barrier, Fanout, next_burst
from trio_live.lanes._hearing import Hush, SendsSound
from trio_live.lanes._latch import Latch
from trio_live.lanes._lifetime import Lifetime
from trio_live.lanes._opening import open_session
from trio_live.lanes._parts import SessionParts, assemble
from trio_live.lanes._plan import SETUP_WITHIN, SessionPlan
from trio_live.lanes._rotation import is_quiet, wait_moment
from trio_live.lanes._sending import Outbound
from trio_live.lanes._session_writer import RawWriter, WriterParts

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
    "Hush",
    "Latch",
    "Lifetime",
    "Outbound",
    "PhaseWatch",
    "RawWriter",
    "Router",
    "RunningCalls",
    "SendsSound",
    "SessionParts",
    "SessionPlan",
    "Stamped",
    "TelemetryLane",
    "TimerTick",
    "TypedTurn",
    "WriterParts",
    "assemble",
    "is_quiet",
    "next_burst",
    "open_session",
    "wait_moment",
    "with_callback",
]
