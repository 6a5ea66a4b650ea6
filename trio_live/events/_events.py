"""What happened in the conversation, one small value for each thing. ``match`` on them.

Variants may be added; a reader ends its ``match`` with ``case _: pass``.
"""

from __future__ import annotations

import attrs

from trio_live._typing import Json, JsonObject, Seconds


class LiveEvent:
    """The base of all live events. Immutable; publishing one to many subscribers copies nothing."""

    __slots__ = ()


@attrs.frozen
class Audio(LiveEvent):
    """A piece of the answer as sound: PCM16 LE mono, 24 kHz. Never one from before an interruption."""

    data: bytes


@attrs.frozen
class Media(LiveEvent):
    """A piece of the answer that is neither sound nor text."""

    mime_type: str
    data: bytes


@attrs.frozen
class TextDelta(LiveEvent):
    """A piece of the answer as text."""

    text: str


@attrs.frozen
class TextComplete(LiveEvent):
    """All text of the turn."""

    text: str


@attrs.frozen
class InputTranscript(LiveEvent):
    """What the user was heard to say: pieces while it comes, then exactly one final text a turn."""

    text: str
    is_final: bool = False


@attrs.frozen
class OutputTranscript(LiveEvent):
    """What the model said: pieces while it comes, then exactly one final text a turn."""

    text: str
    is_final: bool = False


@attrs.frozen
class Thought(LiveEvent):
    """A piece of the model's reasoning."""

    text: str


@attrs.frozen
class VadStart(LiveEvent):
    """The user began to speak."""


@attrs.frozen
class VadEnd(LiveEvent):
    """The user stopped speaking."""


@attrs.frozen
class Extraction(LiveEvent):
    """An extractor found something. ``name`` is the extractor's, or ``extractor.field``."""

    name: str
    value: Json


@attrs.frozen
class ExtractionError(LiveEvent):
    """An extractor failed."""

    name: str
    error: str


@attrs.frozen
class StatePromotion(LiveEvent):
    """An extracted field was taken into the state, or refused, and why."""

    extractor: str
    field: str
    state_key: str
    accepted: bool
    reason: str
    value: Json


@attrs.frozen
class PhaseTransition(LiveEvent):
    """The conversation moved from one phase to another."""

    from_: str
    to: str
    reason: str


@attrs.frozen
class ToolExecution(LiveEvent):
    """A function call was answered."""

    name: str
    args: JsonObject
    result: Json


@attrs.frozen
class ToolCancelled(LiveEvent):
    """Function calls were given up; nothing was answered."""

    ids: tuple[str, ...]


@attrs.frozen
class TurnComplete(LiveEvent):
    """The model's turn is over, and everything that belongs to it has been handled."""


@attrs.frozen
class Interrupted(LiveEvent):
    """The user spoke over the model, and ``on_interrupted`` has finished."""


@attrs.frozen
class Connected(LiveEvent):
    """The server accepted the setup; again after every reconnect."""


@attrs.frozen
class Disconnected(LiveEvent):
    """The session is over. ``reason`` is ``None`` when this side ended it."""

    reason: str | None = None


@attrs.frozen
class Error(LiveEvent):
    """Something went wrong; the session goes on unless `Disconnected` follows."""

    message: str


@attrs.frozen
class GoAway(LiveEvent):
    """The server will close this connection in ``time_left`` seconds."""

    time_left: Seconds


@attrs.frozen
class Telemetry(LiveEvent):
    """A snapshot of the session's counters. Only with ``telemetry_interval``; the last one right before the end."""

    snapshot: JsonObject


@attrs.frozen
class TurnMetrics(LiveEvent):
    """The figures of one turn; ``turn`` counts from 1. Only with ``telemetry_interval``, one event a turn.

    The latency is the one measured last, the tokens are those reported last.
    """

    turn: int
    latency_ms: float
    prompt_tokens: int
    response_tokens: int
