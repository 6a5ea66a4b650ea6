"""What the server said, one small value for each thing.

The set is open: a reader that meets a class it does not know passes over it.
"""

from __future__ import annotations

import enum
from typing import Any

import attrs

from trio_live._continuation import Continuation
from trio_live._typing import JsonObject, Seconds
from trio_live._values import value
from trio_live.wire import FunctionCall, GroundingMetadata, UrlContextMetadata, UsageMetadata


class SessionEvent:
    """The base of all wire events. Immutable; safe to share between tasks."""

    __slots__ = ()


@value
class Connected(SessionEvent):
    """The server accepted the setup. Comes again after every reconnect."""

    session_id: str | None = None
    continuation: Continuation = Continuation.NEW
    """How the talk goes on in this connection."""


@value
class Reconnecting(SessionEvent):
    """The connection is lost, or was left because its end was announced; another one is about to be dialled."""

    reason: str
    attempt: int = 1
    """Which dial since then, from 1."""
    delay: Seconds = 0.0
    """It begins in so many seconds."""


@value
class Undelivered(SessionEvent):
    """Something that was accepted may not have been read by the server, and is not sent again; ours, not the server's."""

    what: str
    """What kind of thing."""
    text: str
    """The words in it."""


@value
class TextDelta(SessionEvent):
    """A piece of the answer as text."""

    text: str


@value
class TextComplete(SessionEvent):
    """All text of the turn, once, right before `TurnComplete`."""

    text: str


@value
class AudioData(SessionEvent):
    """A piece of the answer as sound: PCM16 LE mono, 24 kHz."""

    data: bytes


@value
class Media(SessionEvent):
    """Inline data that is not audio, an avatar's video for instance."""

    mime_type: str
    data: bytes


@value
class InputTranscription(SessionEvent):
    """A piece of what the user was heard to say. It does not change any more; the next one goes on from it."""

    text: str
    finished: bool = False
    """The server said that the utterance is complete. Most never do."""
    late: bool = False
    """It came after the end of its turn."""
    turn: int = attrs.field(default=0, eq=False)
    """The turn it belongs to, counted from 0 as ``session:turn_count`` counts."""
    sequence: int = attrs.field(default=0, eq=False)
    """Its place among the pieces of its side in that turn, from 0."""


@value
class InterimInputTranscription(SessionEvent):
    """An early guess at what the user is saying; each one replaces the one before."""

    text: str
    turn: int = attrs.field(default=0, eq=False)
    """The turn that runs."""


@value
class OutputTranscription(SessionEvent):
    """A piece of what the model is saying; see `InputTranscription`."""

    text: str
    finished: bool = False
    late: bool = False
    turn: int = attrs.field(default=0, eq=False)
    sequence: int = attrs.field(default=0, eq=False)


@value
class Thought(SessionEvent):
    """A piece of the model's reasoning; not part of the answer."""

    text: str


@value
class ToolCall(SessionEvent):
    """Functions the model wants run, as one batch."""

    calls: tuple[FunctionCall, ...]


@value
class ToolCallCancelled(SessionEvent):
    """Calls whose answers are no longer wanted."""

    ids: tuple[str, ...]


@value
class TurnTally:
    """What a turn held when it was completed."""

    turn: int = 0
    """Its number, from 0."""
    heard: int = 0
    """Pieces of the user's transcript."""
    said: int = 0
    """Pieces of the model's transcript."""
    sounded: bool = False
    """The model spoke."""
    wrote: bool = False
    """The model wrote."""


@value
class TurnComplete(SessionEvent):
    """The turn is over. Told once a turn, whatever ended it."""

    reason: str | None = None
    """The server's ``turnCompleteReason``, where it gave one."""
    waiting_for_input: bool = False
    overlong: bool = False
    """The server did not end it: it had grown past what is kept of one turn."""
    cut: bool = False
    """The server did not end it: the connection was lost while the model was answering."""
    tally: TurnTally = attrs.field(factory=TurnTally, eq=False)


@value
class GenerationComplete(SessionEvent):
    """The model has said all it will say this turn; playback may still be running."""


@value
class Interrupted(SessionEvent):
    """The generation was cut off. Audio not yet played is to be dropped."""

    phantom: bool = False
    """There was no generation: the model had said nothing in this turn. Only sound of an earlier one can be dropped."""


@value
class InteractionStatus(SessionEvent):
    """``IN_PROGRESS``: the model pauses, and goes on by itself in the same turn. ``IDLE``: nothing follows."""

    status: str


class OddityKind(enum.Enum):
    """What servers do that means nothing."""

    EMPTY_TURN = "empty turn"
    """A ``turnComplete`` about nothing that was said, asked or heard."""
    REPEATED_FRAGMENT = "repeated fragment"
    """A piece of a transcript that tells again what was told."""
    SKIPPED_FRAME = "skipped frame"
    """A frame that could not be read, as others before it of which an `Error` has told."""
    LEFT_OUT = "left out"
    """A part of a frame that could not be used, as others before it."""


@value
class Oddity(SessionEvent):
    """Something the server sent that changes nothing, and is only counted."""

    kind: OddityKind
    text: str = ""


@value
class Grounding(SessionEvent):
    """Where the answer came from."""

    grounding: GroundingMetadata | None = None
    url_context: UrlContextMetadata | None = None


@value
class PhaseChanged(SessionEvent):
    """The link moved to another phase."""

    phase: Any
    """A `SessionPhase`. The class lives one floor up, so its name cannot stand here."""


@value
class GoAway(SessionEvent):
    """The server will close this connection soon."""

    time_left: Seconds | None = None


@value
class Disconnected(SessionEvent):
    """The session is over. The last event of all."""

    reason: str | None = None


@value
class Error(SessionEvent):
    """Something went wrong; the session goes on unless `Disconnected` follows."""

    message: str
    skipped_frame: bool = False
    """Whether it tells of a frame of the server that could not be read."""


@value
class SessionResumeUpdate(SessionEvent):
    """Whether, and with which handle, this session can be continued elsewhere."""

    handle: str | None
    resumable: bool
    last_consumed_index: int | None = None


@value
class VoiceActivityStart(SessionEvent):
    """The server heard the user begin to speak."""


@value
class VoiceActivityEnd(SessionEvent):
    """The server heard the user stop."""


@value
class Usage(SessionEvent):
    """Tokens of the turn."""

    usage: UsageMetadata


@value
class UnknownMessage(SessionEvent):
    """A message this version does not know, as it came."""

    frame: JsonObject
