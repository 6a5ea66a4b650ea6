"""The envelopes a server sends.

`ServerMessage` allows several fields at once, because frames with two union fields do occur, and because
``usageMetadata`` may ride on any of them.
"""

from __future__ import annotations

from typing import Annotated, Any

from trio_live._typing import Json, JsonObject
from trio_live.wire._limits import at_most
from trio_live.wire._messages._base import Duration, Int64, Wire, int64, seconds
from trio_live.wire._messages._config import VoiceConsentSignature
from trio_live.wire._messages._content import Content, FunctionCall, Transcription, UsageMetadata


class SetupComplete(Wire, frozen=True):
    """The session is open. Google AI sends ``{}``, Vertex a session id."""

    session_id: str | None = None
    voice_consent_signature: VoiceConsentSignature | None = None


class GroundingMetadata(Wire, frozen=True):
    """Where an answer came from. The pieces nobody here reads are kept as plain JSON."""

    web_search_queries: list[str] | None = None
    image_search_queries: list[str] | None = None
    retrieval_queries: list[str] | None = None
    search_entry_point: JsonObject | None = None
    grounding_chunks: list[JsonObject] | None = None
    """Each holds one of ``web``, ``maps``, ``retrievedContext``, ``image``."""
    grounding_supports: list[JsonObject] | None = None
    """Byte offsets of the answer with the indices of the chunks that support them."""
    retrieval_metadata: JsonObject | None = None
    google_maps_widget_context_token: str | None = None
    source_flagging_uris: list[JsonObject] | None = None


class UrlMetadata(Wire, frozen=True):
    """One address the server fetched."""

    retrieved_url: str | None = None
    url_retrieval_status: str | None = None


class UrlContextMetadata(Wire, frozen=True):
    """The addresses the server fetched."""

    url_metadata: list[UrlMetadata] | None = None


class ServerContent(Wire, frozen=True, gc=False):
    """What the model said, heard and decided. Any number of fields may share a frame; ``{}`` is a sign of life."""

    model_turn: Content | None = None
    generation_complete: bool | None = None
    turn_complete: bool | None = None
    turn_complete_reason: str | None = None
    interrupted: bool | None = None
    waiting_for_input: bool | None = None
    interaction_status: str | None = None
    """IN_PROGRESS or IDLE (REQUIRES_ACTION is an old name of IDLE). Where present it decides whether a turn is over."""
    input_transcription: Transcription | None = None
    interim_input_transcription: Transcription | None = None
    """Each one replaces the one before; never final."""
    output_transcription: Transcription | None = None
    grounding_metadata: GroundingMetadata | None = None
    url_context_metadata: UrlContextMetadata | None = None


class ToolCall(Wire, frozen=True):
    """Functions to run. Several calls are to be run in parallel."""

    function_calls: Annotated[list[FunctionCall], at_most("calls")] | None = None


class ToolCallCancellation(Wire, frozen=True):
    """Calls whose answers are no longer wanted. May name calls that were answered already."""

    ids: Annotated[list[str], at_most("ids")] | None = None


class GoAway(Wire, frozen=True):
    """The server will close this connection soon."""

    time_left: Duration = None

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the server closes; ``None`` when it did not say."""
        return seconds(self.time_left)


class SessionResumptionUpdate(Wire, frozen=True):
    """A handle with which this session can be continued on another connection."""

    new_handle: str | None = None
    resumable: bool | None = None
    last_consumed_client_message_index: Int64 | None = None

    @property
    def last_consumed_index(self) -> int | None:
        """Index of the last client message that the handle's state includes."""
        return int64(self.last_consumed_client_message_index)


class VoiceActivity(Wire, frozen=True):
    """The server heard speech begin or end.

    The wire's key is ``type``; some gateways pass on the SDK's name for it. `kind` reads both.
    """

    type: str | None = None
    voice_activity_type: str | None = None
    audio_offset: Duration = None

    @property
    def kind(self) -> str | None:
        """``ACTIVITY_START``, ``ACTIVITY_END`` or whatever else came; the old ``VOICE_`` before it is dropped."""
        value = self.type or self.voice_activity_type
        return value.removeprefix("VOICE_") if value else None


class VoiceActivityDetectionSignal(Wire, frozen=True):
    """The raw signal of the server's detector (with ``explicitVadSignal``)."""

    vad_signal_type: str | None = None
    """VAD_SIGNAL_TYPE_SOS (start of speech) or VAD_SIGNAL_TYPE_EOS (end)."""


class ErrorStatus(Wire, frozen=True):
    """An error as a frame, seen from gateways and the transcribe model; to be treated like a close."""

    code: int | None = None
    message: str | None = None
    status: str | None = None
    details: Any = None


class ServerMessage(Wire, frozen=True, gc=False):
    """One frame from server to client."""

    setup_complete: SetupComplete | None = None
    server_content: ServerContent | None = None
    tool_call: ToolCall | None = None
    tool_call_cancellation: ToolCallCancellation | None = None
    go_away: GoAway | None = None
    session_resumption_update: SessionResumptionUpdate | None = None
    voice_activity: VoiceActivity | None = None
    voice_activity_detection_signal: VoiceActivityDetectionSignal | None = None
    usage_metadata: UsageMetadata | None = None
    error: ErrorStatus | None = None
    unknown: Json = None
    """The whole frame, when nothing in it is known: a message of the future. Never sent."""
    problems: list[str] | None = None
    """What could not be decoded and was left out. Never sent."""
