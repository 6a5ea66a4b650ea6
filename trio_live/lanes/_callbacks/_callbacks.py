"""What a user can hang into a session: the fields of `EventCallbacks`, and `HOOKS`, the table that describes them.

The table is what the builder, the lanes, the docs and the tests read: which lane calls a hook, whether it is a plain
or an async function, what it receives, and whether it may run concurrently.
"""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from trio_live._typing import Json, Seconds
from trio_live._values import value
from trio_live.events import SessionWriter
from trio_live.session import Lane, SessionPhase
from trio_live.state import State
from trio_live.wire import (
    FunctionCall,
    FunctionResponse,
    GroundingMetadata,
    UrlContextMetadata,
    UsageMetadata,
)

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")

SignalCallback: TypeAlias = Callable[[], None]
"""Synchronous, no payload. On the fast lane: budget 1 ms."""
AudioCallback: TypeAlias = Callable[[bytes], None]
"""Synchronous; PCM16 LE mono 24 kHz. On the fast lane: budget 1 ms."""
TextCallback: TypeAlias = Callable[[str], None]
TranscriptCallback: TypeAlias = Callable[[str, bool], None]
"""Text, and whether it is the turn's final one."""
PhaseCallback: TypeAlias = Callable[[SessionPhase], None]
UsageCallback: TypeAlias = Callable[[UsageMetadata], None]
MediaCallback: TypeAlias = Callable[[str, bytes], None]
"""MIME type and data."""
GroundingCallback: TypeAlias = Callable[[GroundingMetadata | None, UrlContextMetadata | None], None]
AsyncCallback: TypeAlias = Callable[[], Awaitable[None]]
AsyncCallbackWith: TypeAlias = Callable[[A], Awaitable[None]]
AsyncCallbackWith2: TypeAlias = Callable[[A, B], Awaitable[None]]
ToolCallCallback: TypeAlias = Callable[[Sequence[FunctionCall], State], Awaitable[Sequence[FunctionResponse] | None]]
"""Answers a batch of calls; ``None`` leaves them to the registered tools."""
BeforeToolResponseCallback: TypeAlias = Callable[
    [Sequence[FunctionResponse], State], Awaitable[Sequence[FunctionResponse]]
]
"""Sees the answers of a batch before they are sent; may add, change and drop."""
InstructionFn: TypeAlias = Callable[[State], str | None]
TurnBoundaryCallback: TypeAlias = Callable[[State, SessionWriter], Awaitable[None]]


class CallbackMode(enum.Enum):
    """How the control lane runs an async callback."""

    BLOCKING = "blocking"
    """Awaited before the next event."""
    CONCURRENT = "concurrent"
    """A task of its own inside the session's nursery; nothing waits for it, order is not kept."""


@value(kw_only=True)
class EventCallbacks:
    """Every callback of a session. All are absent and blocking by default."""

    on_audio: AudioCallback | None = None
    on_text: TextCallback | None = None
    on_text_complete: TextCallback | None = None
    on_input_transcript: TranscriptCallback | None = None
    on_output_transcript: TranscriptCallback | None = None
    on_thought: TextCallback | None = None
    on_vad_start: SignalCallback | None = None
    on_vad_end: SignalCallback | None = None
    on_phase: PhaseCallback | None = None
    on_usage: UsageCallback | None = None
    on_interrupted: AsyncCallback | None = None
    on_tool_call: ToolCallCallback | None = None
    on_tool_cancelled: AsyncCallbackWith[Sequence[str]] | None = None
    on_turn_complete: AsyncCallback | None = None
    on_generation_complete: AsyncCallback | None = None
    on_go_away: AsyncCallbackWith[Seconds] | None = None
    on_connected: AsyncCallbackWith[SessionWriter] | None = None
    on_disconnected: AsyncCallbackWith[str | None] | None = None
    on_resumed: AsyncCallback | None = None
    on_error: AsyncCallbackWith[str] | None = None
    on_transfer: AsyncCallbackWith2[str, str] | None = None
    on_extracted: AsyncCallbackWith2[str, Json] | None = None
    on_extraction_error: AsyncCallbackWith2[str, str] | None = None
    on_turn_complete_mode: CallbackMode = CallbackMode.BLOCKING
    on_generation_complete_mode: CallbackMode = CallbackMode.BLOCKING
    on_connected_mode: CallbackMode = CallbackMode.BLOCKING
    on_disconnected_mode: CallbackMode = CallbackMode.BLOCKING
    on_error_mode: CallbackMode = CallbackMode.BLOCKING
    on_go_away_mode: CallbackMode = CallbackMode.BLOCKING
    on_extracted_mode: CallbackMode = CallbackMode.BLOCKING
    on_extraction_error_mode: CallbackMode = CallbackMode.BLOCKING
    on_tool_cancelled_mode: CallbackMode = CallbackMode.BLOCKING
    on_transfer_mode: CallbackMode = CallbackMode.BLOCKING
    on_resumed_mode: CallbackMode = CallbackMode.BLOCKING
    before_tool_response: BeforeToolResponseCallback | None = None
    on_turn_boundary: TurnBoundaryCallback | None = None
    instruction_template: InstructionFn | None = None
    instruction_amendment: InstructionFn | None = None
    on_media: MediaCallback | None = None
    on_grounding: GroundingCallback | None = None
    on_resumption_update: AsyncCallbackWith2[str | None, bool] | None = None
    on_resumption_update_mode: CallbackMode = CallbackMode.BLOCKING
    on_dtmf: AsyncCallbackWith[str] | None = None
    on_dtmf_mode: CallbackMode = CallbackMode.BLOCKING

    def __repr__(self) -> str:
        """Which callbacks are set, and the modes that are not the default."""
        named = []
        for name in HOOKS:
            if getattr(self, name) is not None:
                concurrent = getattr(self, f"{name}_mode", None) is CallbackMode.CONCURRENT
                named.append(f"{name} (concurrent)" if concurrent else name)
        return f"EventCallbacks({', '.join(named)})"


@value
class Hook:
    """One row of `HOOKS`."""

    lane: Lane
    is_async: bool
    payload: tuple[str, ...]
    """What it is called with: each parameter as a signature shows it."""
    modes: bool = False
    """Whether it may run concurrently."""
    deadline: Seconds | None = None
    """How long it may take before it is cancelled and told as an error; ``None``: as long as it likes, see `patience`."""

    @property
    def patience(self) -> str:
        """How long it may take, or why nobody looks at the clock."""
        if self.deadline is not None:
            return f"{self.deadline:g} s"
        if not self.is_async:
            return "none: nothing can interrupt a plain function; it is to return within a millisecond"
        if self.modes:
            return "none: sound goes on beside it; what takes long belongs into a concurrent one"
        return "none: the turn or the model waits for what it does, and its code knows best for how long"


_FAST, _TELEMETRY, _CONTROL = Lane.FAST, Lane.TELEMETRY, Lane.CONTROL

HOOKS: Final[dict[str, Hook]] = {
    "on_audio": Hook(_FAST, is_async=False, payload=("pcm: bytes",)),
    "on_text": Hook(_FAST, is_async=False, payload=("text: str",)),
    "on_text_complete": Hook(_FAST, is_async=False, payload=("text: str",)),
    "on_input_transcript": Hook(_FAST, is_async=False, payload=("text: str", "is_final: bool")),
    "on_output_transcript": Hook(_FAST, is_async=False, payload=("text: str", "is_final: bool")),
    "on_thought": Hook(_FAST, is_async=False, payload=("text: str",)),
    "on_vad_start": Hook(_FAST, is_async=False, payload=()),
    "on_vad_end": Hook(_FAST, is_async=False, payload=()),
    "on_phase": Hook(_FAST, is_async=False, payload=("phase: SessionPhase",)),
    "on_usage": Hook(_TELEMETRY, is_async=False, payload=("usage: UsageMetadata",)),
    # The next turn's audio waits for it, and behind that, in time, the socket.
    "on_interrupted": Hook(_CONTROL, is_async=True, payload=(), deadline=5.0),
    "on_tool_call": Hook(_CONTROL, is_async=True, payload=("calls: Sequence[FunctionCall]", "state: State")),
    "on_tool_cancelled": Hook(_CONTROL, is_async=True, payload=("ids: Sequence[str]",), modes=True),
    "on_turn_complete": Hook(_CONTROL, is_async=True, payload=(), modes=True),
    "on_generation_complete": Hook(_CONTROL, is_async=True, payload=(), modes=True),
    "on_go_away": Hook(_CONTROL, is_async=True, payload=("time_left: Seconds",), modes=True),
    "on_connected": Hook(_CONTROL, is_async=True, payload=("writer: SessionWriter",), modes=True),
    "on_disconnected": Hook(_CONTROL, is_async=True, payload=("reason: str | None",), modes=True),
    "on_resumed": Hook(_CONTROL, is_async=True, payload=(), modes=True),
    "on_error": Hook(_CONTROL, is_async=True, payload=("message: str",), modes=True),
    "on_transfer": Hook(_CONTROL, is_async=True, payload=("from_: str", "to: str"), modes=True),
    "on_extracted": Hook(_CONTROL, is_async=True, payload=("name: str", "value: Json"), modes=True),
    "on_extraction_error": Hook(_CONTROL, is_async=True, payload=("name: str", "error: str"), modes=True),
    "before_tool_response": Hook(
        _CONTROL, is_async=True, payload=("responses: Sequence[FunctionResponse]", "state: State")
    ),
    "on_turn_boundary": Hook(_CONTROL, is_async=True, payload=("state: State", "writer: SessionWriter")),
    "instruction_template": Hook(_CONTROL, is_async=False, payload=("state: State",)),
    "instruction_amendment": Hook(_CONTROL, is_async=False, payload=("state: State",)),
    "on_media": Hook(_FAST, is_async=False, payload=("mime_type: str", "data: bytes")),
    "on_grounding": Hook(
        _FAST, is_async=False, payload=("grounding: GroundingMetadata | None", "pages: UrlContextMetadata | None")
    ),
    "on_resumption_update": Hook(
        _CONTROL, is_async=True, payload=("handle: str | None", "resumable: bool"), modes=True
    ),
    "on_dtmf": Hook(_CONTROL, is_async=True, payload=("digit: str",), modes=True),
}
"""Every callback by name."""


def with_callback(
    callbacks: EventCallbacks, name: str, function: Any, mode: CallbackMode = CallbackMode.BLOCKING
) -> EventCallbacks:
    """``callbacks`` with one more; the mode is the one of this registration, whatever was set before."""
    changes: dict[str, Any] = {name: function}
    if HOOKS[name].modes:
        changes[f"{name}_mode"] = mode
    return attrs.evolve(callbacks, **changes)
