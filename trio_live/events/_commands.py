"""What we wish to say: one frozen value for each verb of `SessionWriter`."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from trio_live.wire import Content, FunctionResponse


@attrs.frozen
class SendAudio:
    """Sound of the user: whole PCM16 LE samples, mono, 16 kHz."""

    data: bytes


@attrs.frozen
class SendVideo:
    """One still picture."""

    data: bytes
    mime_type: str = "image/jpeg"


@attrs.frozen
class SendText:
    """A typed user turn that wants an answer."""

    text: str


@attrs.frozen
class SendClientContent:
    """Turns for the history; with ``turn_complete`` the model answers."""

    turns: tuple[Content, ...]
    turn_complete: bool


@attrs.frozen
class SendToolResponse:
    """Answers to function calls, as one message."""

    responses: tuple[FunctionResponse, ...]


@attrs.frozen
class UpdateInstruction:
    """New instructions in mid-session."""

    text: str


@attrs.frozen
class ActivityStart:
    """The user began to speak (only where the server's own detection is off)."""


@attrs.frozen
class ActivityEnd:
    """The user stopped speaking (only where the server's own detection is off)."""


@attrs.frozen
class AudioStreamEnd:
    """The microphone was switched off; what was heard so far is to be understood."""


Command: TypeAlias = (
    SendAudio
    | SendVideo
    | SendText
    | SendClientContent
    | SendToolResponse
    | UpdateInstruction
    | ActivityStart
    | ActivityEnd
    | AudioStreamEnd
)
"""Everything a session can be told."""
