"""Live voice agents with the Gemini Live API, on Trio: structured concurrency from the socket to the callback.

Rooms are opened when a name of theirs is first asked for, so that a program pays for what it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from trio_live._version import __version__

if TYPE_CHECKING:
    from trio_live import events, wire_events
    from trio_live.conversation import ContextBuilder, RepairConfig, TranscriptWindow
    from trio_live.dispatch import ToolDispatcher
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
        ToolError,
    )
    from trio_live.events import LiveEvent, SessionWriter
    from trio_live.lanes import CallbackMode, EventCallbacks, LiveEventStream
    from trio_live.live import Live, LiveHandle, LiveSpec, SessionHandle
    from trio_live.phases import ContextDelivery, Phase, PhaseSpec, SteeringMode, Transition
    from trio_live.session import SessionPhase
    from trio_live.state import State, StateKey
    from trio_live.telemetry import SessionTelemetry
    from trio_live.tools import ToolContext, ToolMiddleware, tool
    from trio_live.transport import GoogleAI, Transport, TransportKind, Vertex
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
    "ToolContext",
    "ToolDispatcher",
    "ToolError",
    "ToolMiddleware",
    "TranscriptWindow",
    "Transition",
    "Transport",
    "TransportKind",
    "UsageMetadata",
    "Vertex",
    "__version__",
    "events",
    "tool",
    "wire_events",
]

_OFFERED = {
    "conversation": ("ContextBuilder", "RepairConfig", "TranscriptWindow"),
    "dispatch": ("ToolDispatcher",),
    "errors": (
        "ConfigError",
        "ConnectError",
        "ConnectRejected",
        "ConnectTimeout",
        "InvalidTransition",
        "LinkLost",
        "LiveError",
        "LocalProtocolError",
        "ProtocolError",
        "RemoteProtocolError",
        "SessionClosed",
        "SessionFailed",
        "StateError",
        "ToolError",
    ),
    "events": ("LiveEvent", "SessionWriter"),
    "lanes": ("CallbackMode", "EventCallbacks", "LiveEventStream"),
    "live": ("Live", "LiveHandle", "LiveSpec", "SessionHandle"),
    "phases": ("ContextDelivery", "Phase", "PhaseSpec", "SteeringMode", "Transition"),
    "session": ("SessionPhase",),
    "state": ("State", "StateKey"),
    "telemetry": ("SessionTelemetry",),
    "tools": ("ToolContext", "ToolMiddleware", "tool"),
    "transport": ("GoogleAI", "Transport", "TransportKind", "Vertex"),
    "wire": ("Content", "FunctionCall", "FunctionDeclaration", "FunctionResponse", "Platform", "Tool", "UsageMetadata"),
    "wire_events": ("SessionEvent",),
}
"""Room → what it offers here; the imports above say the same to type checkers."""

_ROOM_OF = {name: room for room, names in _OFFERED.items() for name in names}
_ROOMS = {*_OFFERED, "events", "wire_events"}


if not TYPE_CHECKING:  # which would believe that every name is here

    def __getattr__(name: str) -> Any:
        """Open the room that a name is in."""
        if name in _ROOMS:
            return import_module(f"trio_live.{name}")
        if name not in _ROOM_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
        value = globals()[name] = getattr(import_module(f"trio_live.{_ROOM_OF[name]}"), name)
        return value


def __dir__() -> list[str]:
    """Also what has not been asked for."""
    return sorted({*globals(), *__all__})
