"""Live voice agents with the Gemini Live API, on Trio: structured concurrency from the socket to the callback."""

from trio_live import events, wire_events
from trio_live._version import __version__
from trio_live.conversation import ContextBuilder, RepairConfig, TranscriptWindow
from trio_live.errors import (
    ConfigError,
    ConnectError,
    ConnectRejected,
    ConnectTimeout,
    InvalidTransition,
    LinkLost,
    LiveError,
    LocalProtocolError,
    ProtocolError,
    RemoteProtocolError,
    SessionClosed,
    SessionFailed,
    StateError,
)
from trio_live.events import LiveEvent, SessionWriter
from trio_live.lanes import CallbackMode, EventCallbacks, LiveEventStream
from trio_live.live import Live, LiveHandle, LiveSpec, SessionHandle
from trio_live.phases import ContextDelivery, Phase, PhaseSpec, SteeringMode, Transition
from trio_live.session import SessionPhase
from trio_live.state import State, StateKey
from trio_live.telemetry import SessionTelemetry
from trio_live.transport import GoogleAI, Transport, Vertex
from trio_live.wire import (
    Content,
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Platform,
    Tool,
    UsageMetadata,
)
from trio_live.wire_events import SessionEvent

__all__ = [
    "CallbackMode",
    "ConfigError",
    "ConnectError",
    "ConnectRejected",
    "ConnectTimeout",
    "Content",
    "ContextBuilder",
    "ContextDelivery",
    "EventCallbacks",
    "FunctionCall",
    "FunctionDeclaration",
    "FunctionResponse",
    "GoogleAI",
    "InvalidTransition",
    "LinkLost",
    "Live",
    "LiveError",
    "LiveEvent",
    "LiveEventStream",
    "LiveHandle",
    "LiveSpec",
    "LocalProtocolError",
    "Phase",
    "PhaseSpec",
    "Platform",
    "ProtocolError",
    "RemoteProtocolError",
    "RepairConfig",
    "SessionClosed",
    "SessionEvent",
    "SessionFailed",
    "SessionHandle",
    "SessionPhase",
    "SessionTelemetry",
    "SessionWriter",
    "State",
    "StateError",
    "StateKey",
    "SteeringMode",
    "Tool",
    "TranscriptWindow",
    "Transition",
    "Transport",
    "UsageMetadata",
    "Vertex",
    "__version__",
    "events",
    "wire_events",
]
