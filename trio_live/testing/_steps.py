"""What a scripted server can do, as values; and the frames that each of them is, in either dialect.

A step is either something the server *says* (it becomes frames, by `batches_of`) or something it *does* (it waits,
closes, listens; `trio_live.testing._player` performs it).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

import attrs

from trio_live._typing import JsonObject, Seconds
from trio_live.wire import (
    Blob,
    Content,
    FunctionCall,
    GoAway,
    GroundingMetadata,
    Part,
    Platform,
    ServerContent,
    ServerMessage,
    SetupComplete,
    ToolCall,
    ToolCallCancellation,
    Transcription,
    duration,
    encode_server_message,
)

PIECE_SECONDS: Final[Seconds] = 0.04
"""Length of one piece of sound, as the real servers cut it."""
TONE: Final = (b"\xe8\x03" * 24 + b"\x18\xfc" * 24) * 20
"""One piece of sound: 960 samples of a 500 Hz square wave, PCM16 LE mono, 24 kHz."""
BATCH_PIECES: Final = 500
"""Pieces of sound that are sent at once: less than what a reader of events may fall behind."""
SESSION_ID: Final = "scripted-session"
"""What Vertex calls the session."""

Batch: TypeAlias = tuple[bytes | str, ...]
"""Frames that are sent together."""


# What it says.


@attrs.frozen
class Hears:
    """The user was heard to say this."""

    text: str


@attrs.frozen
class Speaks:
    """The model says this: its words, then its sound."""

    text: str
    lasting: Seconds
    """Seconds of sound."""


@attrs.frozen
class Writes:
    """A piece of the answer as text."""

    text: str


@attrs.frozen
class Thinks:
    """A thought of the model."""

    text: str


@attrs.frozen
class Interrupts:
    """The answer is cut off, and with it the calls that the model waits for: those declared `BLOCKING`."""


@attrs.frozen
class CompletesGeneration:
    """Nothing more will be said in this turn."""


@attrs.frozen
class CompletesTurn:
    """The turn is over."""


@attrs.frozen
class Asked:
    """A function to be run, for `Script.calls_together`."""

    name: str
    args: JsonObject = attrs.field(factory=dict)
    id: str = ""
    """Given by the script: ``call-1``, ``call-2``, …"""


@attrs.frozen
class Asks:
    """Functions to be run, as one batch."""

    calls: tuple[Asked, ...]


@attrs.frozen
class Cancels:
    """Answers to these calls are no longer wanted."""

    ids: tuple[str, ...]


@attrs.frozen
class GoesAway:
    """The server will close soon."""

    seconds: Seconds


@attrs.frozen
class SendsFrame:
    """A frame as it is, whatever is in it."""

    raw: bytes | str


# What it does.


@attrs.frozen
class AwaitsAnswers:
    """It goes on when these calls are answered; without ids, when all are."""

    ids: tuple[str, ...] = ()


@attrs.frozen
class AwaitsText:
    """It goes on when the client has sent a turn that holds this text."""

    containing: str


@attrs.frozen
class Stalls:
    """It says nothing for so long."""

    seconds: Seconds


@attrs.frozen
class Closes:
    """It ends the connection with a close frame."""

    code: int
    reason: str


@attrs.frozen
class Cuts:
    """The connection breaks without a close frame."""


Saying: TypeAlias = (
    Hears
    | Speaks
    | Writes
    | Thinks
    | Interrupts
    | CompletesGeneration
    | CompletesTurn
    | Asks
    | Cancels
    | GoesAway
    | SendsFrame
)
Doing: TypeAlias = AwaitsAnswers | AwaitsText | Stalls | Closes | Cuts
Step: TypeAlias = Saying | Doing


def opening(platform: Platform) -> bytes:
    """The answer to the setup."""
    session_id = SESSION_ID if platform is Platform.VERTEX else None
    return _encoded(ServerMessage(setup_complete=SetupComplete(session_id=session_id)))


def batches_of(step: Saying, platform: Platform) -> tuple[Batch, ...]:
    """The frames of a step. Sound comes in batches of many pieces, everything else frame by frame.

    Args:
        step: what to say.
        platform: whose dialect to speak.
    """
    match step:
        case SendsFrame(raw):
            return ((raw,),)
        case Speaks(text, lasting):
            words = _encoded(_content(output_transcription=Transcription(text=text)))
            return ((words,), *_sound(lasting, platform))
        case _:
            return ((_encoded(_message(step, platform)),),)


def _message(
    step: Hears | Writes | Thinks | Interrupts | CompletesGeneration | CompletesTurn | Asks | Cancels | GoesAway,
    platform: Platform,
) -> ServerMessage:
    match step:
        case Hears(text):
            return _content(input_transcription=Transcription(text=text))
        case Writes(text):
            return _part(Part(text=text), platform)
        case Thinks(text):
            return _part(Part(text=text, thought=True), platform)
        case Interrupts():
            return _content(interrupted=True)
        case CompletesGeneration():
            return _content(generation_complete=True)
        case CompletesTurn():
            grounding = GroundingMetadata() if platform is Platform.VERTEX else None
            return _content(turn_complete=True, grounding_metadata=grounding)
        case Asks(calls):
            listed = [FunctionCall(id=call.id, name=call.name, args=call.args) for call in calls]
            return ServerMessage(tool_call=ToolCall(function_calls=listed))
        case Cancels(ids):
            return ServerMessage(tool_call_cancellation=ToolCallCancellation(ids=list(ids)))
        case GoesAway(seconds):
            return ServerMessage(go_away=GoAway(time_left=duration(seconds)))


def _sound(lasting: Seconds, platform: Platform) -> Iterator[Batch]:
    mime = "audio/pcm" if platform is Platform.VERTEX else "audio/pcm;rate=24000"
    piece = _encoded(_part(Part(inline_data=Blob(mime_type=mime, data=TONE)), platform))
    left = round(lasting / PIECE_SECONDS)
    while left > 0:
        yield (piece,) * min(left, BATCH_PIECES)
        left -= BATCH_PIECES


def _part(part: Part, platform: Platform) -> ServerMessage:
    role = "model" if platform is Platform.VERTEX else None
    return _content(model_turn=Content(role=role, parts=[part]))


def _content(**fields: object) -> ServerMessage:
    return ServerMessage(server_content=ServerContent(**fields))  # type: ignore[arg-type]  # named by the callers above


def _encoded(message: ServerMessage) -> bytes:
    return encode_server_message(message, indent=2)
