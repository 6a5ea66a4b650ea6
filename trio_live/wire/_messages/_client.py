"""The envelopes a client sends: exactly one field of `ClientMessage` is set."""

from __future__ import annotations

from typing import Annotated

from trio_live.wire._limits import at_most
from trio_live.wire._messages._base import Marker, Wire
from trio_live.wire._messages._config import Setup, Tool
from trio_live.wire._messages._content import Blob, Content, FunctionResponse


class ClientContent(Wire, frozen=True):
    """Ordered turns of the conversation. Interrupts a running generation."""

    turns: Annotated[list[Content], at_most("turns")] | None = None
    turn_complete: bool | None = None
    """True: answer now. False or absent: the server waits for more."""


class RealtimeInput(Wire, frozen=True):
    """One piece of a live stream; one field a message."""

    audio: Blob | None = None
    video: Blob | None = None
    text: str | None = None
    activity_start: Marker | None = None
    activity_end: Marker | None = None
    audio_stream_end: bool | None = None
    media_chunks: list[Blob] | None = None
    """Deprecated; only the first element counts."""


class ToolResponse(Wire, frozen=True):
    """Answers to function calls."""

    function_responses: list[FunctionResponse] | None = None


class ToolList(Wire, frozen=True):
    """The wrapper around the tools of a `ContextUpdate`; an empty list clears them."""

    tools: list[Tool] | None = None


class ContextUpdate(Wire, frozen=True):
    """New instructions or tools in mid-session; only set fields change (3.8 models)."""

    system_instruction: Content | None = None
    tools: ToolList | None = None


class ClientMessage(Wire, frozen=True):
    """One frame from client to server."""

    setup: Setup | None = None
    client_content: ClientContent | None = None
    realtime_input: RealtimeInput | None = None
    tool_response: ToolResponse | None = None
    context_update: ContextUpdate | None = None
