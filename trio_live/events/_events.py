"""What happened in the conversation, one small value for each thing. ``match`` on them.

Variants may be added; a reader ends its ``match`` with ``case _: pass``.
"""

from __future__ import annotations

from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value


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


@value
class InputTranscript(LiveEvent):
    """What the user was heard to say: pieces while it comes, then exactly one final text a turn."""

    text: str
    is_final: bool = False


@value
class OutputTranscript(LiveEvent):
    """What the model said: pieces while it comes, then exactly one final text a turn."""

    text: str
    is_final: bool = False


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


@value
class Interrupted(LiveEvent):
    """The user spoke over the model, and ``on_interrupted`` has finished."""


@value
class Connected(LiveEvent):
    """The server accepted the setup; again after every reconnect."""


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
