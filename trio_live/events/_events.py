"""What happened in the conversation, one small value for each thing. ``match`` on them.

Variants may be added; a reader ends its ``match`` with ``case _: pass``.
"""

from __future__ import annotations

import attrs

from trio_live._continuation import Continuation
from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live.events._words import Speaker, Stability
from trio_live.wire import GroundingMetadata, UrlContextMetadata


class LiveEvent:
    """The base of all live events. Immutable; publishing one to many subscribers copies nothing."""

    __slots__ = ()


@value
class Audio(LiveEvent):
    """A piece of the answer as sound: PCM16 LE mono, 24 kHz. Never one from before an interruption."""

    data: bytes


@value
class Media(LiveEvent):
    """A piece of the answer that is neither sound nor text."""

    mime_type: str
    data: bytes


@value
class TextDelta(LiveEvent):
    """A piece of the answer as text."""

    text: str


@value
class TextComplete(LiveEvent):
    """All text of the turn."""

    text: str


def _stability(event: InputTranscript | OutputTranscript) -> Stability:
    return Stability.FINAL if event.is_final else Stability.STABLE


@value
class InputTranscript(LiveEvent):
    """What the user was heard to say: pieces while it comes, then exactly one final text a turn.

    Turn and sequence do not count when events are compared.
    """

    text: str
    is_final: bool = False
    stability: Stability = attrs.field(default=attrs.Factory(_stability, takes_self=True))
    """A partial one is replaced by the next; join the stable ones."""
    turn: int = attrs.field(default=0, eq=False)
    """The turn, from 0, as ``session:turn_count`` counts them. Words that interrupt the model came in its turn and
    stand in the final of the next."""
    sequence: int = attrs.field(default=0, eq=False)
    """The place among the pieces of this side and turn, from 0; the final has the number after the last."""


@value
class OutputTranscript(LiveEvent):
    """What the model said: pieces while it comes, then exactly one final text a turn. See `InputTranscript`."""

    text: str
    is_final: bool = False
    stability: Stability = attrs.field(default=attrs.Factory(_stability, takes_self=True))
    turn: int = attrs.field(default=0, eq=False)
    sequence: int = attrs.field(default=0, eq=False)


@value
class TranscriptAmended(LiveEvent):
    """A piece came after the end of its turn, whose record has been put right: ``text`` replaces the final one.

    The piece itself came as `InputTranscript` or `OutputTranscript`, with the number of the turn it belongs to.
    """

    turn: int
    speaker: Speaker
    text: str
    """All of that side in that turn, as the record now has it."""
    added: str
    """What is new in it."""


@value
class Thought(LiveEvent):
    """A piece of the model's reasoning."""

    text: str


@value
class VadStart(LiveEvent):
    """The user began to speak."""


@value
class VadEnd(LiveEvent):
    """The user stopped speaking."""


@value
class Extraction(LiveEvent):
    """An extractor found something. ``name`` is the extractor's, or ``extractor.field``."""

    name: str
    value: Json


@value
class ExtractionError(LiveEvent):
    """An extractor failed."""

    name: str
    error: str


@value
class StatePromotion(LiveEvent):
    """An extracted field was taken into the state, or refused, and why."""

    extractor: str
    field: str
    state_key: str
    accepted: bool
    reason: str
    value: Json


@value
class PhaseTransition(LiveEvent):
    """The conversation moved from one phase to another."""

    from_: str
    to: str
    reason: str


@value
class AgentTransfer(LiveEvent):
    """One agent has handed over to another, who speaks from now on."""

    from_: str
    to: str
    reason: str


@value
class ToolExecution(LiveEvent):
    """A function call was answered."""

    name: str
    args: JsonObject
    result: Json


@value
class ToolCancelled(LiveEvent):
    """Function calls were given up; nothing was answered."""

    ids: tuple[str, ...]


@value
class TurnComplete(LiveEvent):
    """The model's turn is over, and everything that belongs to it has been handled."""

    turn: int = attrs.field(default=0, eq=False)
    """Its number, from 0; does not count when events are compared."""
    untranscribed: bool = False
    """The model spoke, transcripts were asked for, and none of its words has come: the record of the turn says so."""
    cut: bool = False
    """The connection was lost while the model was answering, and the rest of the answer will not come."""


@value
class InteractionStatus(LiveEvent):
    """``IN_PROGRESS``: the model pauses and will go on by itself, in the same turn. ``IDLE``: it is done.

    Few models say it. Where they do, only ``IDLE`` ends a turn.
    """

    status: str


@value
class Grounding(LiveEvent):
    """Where the answer came from: searches, sources, pages that were read."""

    grounding: GroundingMetadata | None = None
    url_context: UrlContextMetadata | None = None


@value
class ResumptionUpdate(LiveEvent):
    """Whether, and with which handle, this session could be continued on another connection from here."""

    handle: str | None
    resumable: bool
    last_consumed_index: int | None = None


@value
class Interrupted(LiveEvent):
    """The user spoke over the model, and ``on_interrupted`` has finished."""


@value
class Connected(LiveEvent):
    """The server accepted the setup; again after every reconnect."""

    continuation: Continuation = Continuation.NEW
    """How the talk goes on in this connection; in the first one, ``NEW``, or ``RESUMED`` after a handle that was kept."""


@value
class Reconnecting(LiveEvent):
    """The connection is lost, or was left because the server announced its end; another one is about to be dialled.

    Then `Connected` follows, or another of these, or `Disconnected`.
    """

    reason: str
    attempt: int = 1
    """Which dial since then, from 1."""
    delay: Seconds = 0.0
    """It begins in so many seconds."""


@value
class Undelivered(LiveEvent):
    """Something that was accepted may not have been heard: its connection broke, and to send it again could double it.

    Whoever sent it may do so again, or ask. See the page on what a cut keeps.
    """

    what: str
    """What kind of thing: one of the kinds of the table of guarantees."""
    text: str
    """The words in it; empty for a mere prompt."""


@value
class Disconnected(LiveEvent):
    """The session is over. ``reason`` is ``None`` when this side ended it."""

    reason: str | None = None


@value
class Error(LiveEvent):
    """Something went wrong; the session goes on unless `Disconnected` follows."""

    message: str


@value
class GoAway(LiveEvent):
    """The server will close this connection in ``time_left`` seconds."""

    time_left: Seconds


@value
class Telemetry(LiveEvent):
    """A snapshot of the session's counters. Only with ``telemetry_interval``; the last one right before the end."""

    snapshot: JsonObject


@value
class TurnMetrics(LiveEvent):
    """The figures of one turn; ``turn`` counts from 1. Only with ``telemetry_interval``, one event a turn.

    The latency is the one measured last, the tokens are those reported last.
    """

    turn: int
    latency_ms: float
    prompt_tokens: int
    response_tokens: int
    cost_usd: float | None = None
    """What the turn cost, in US dollars; ``None`` when the prices of the model are not known."""


@value
class CostWarning(LiveEvent):
    """The session has cost what ``Live.cost(warn_at=…)`` says. Once a session; it goes on."""

    spent_usd: float
    warn_at_usd: float
