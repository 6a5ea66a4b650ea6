"""What a timeline is made of. Every instant is in seconds since the beginning of the call, unless it says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Protocol

import attrs

from trio_live._typing import JsonObject, Seconds
from trio_live._values import value

LEVEL_SECONDS: Final[Seconds] = 0.02
"""A level is that of so much sound."""

LONGEST: Final[Seconds] = 100 * 3600.0
"""No call is longer; a time stamp beyond it is wrong."""


class Track(StrEnum):
    """One of the four tracks."""

    USER = "user"
    MODEL = "model"
    WIRE = "wire"
    CONTROL = "control"


class Outcome(StrEnum):
    """How something ended that did not simply end."""

    FINE = ""
    OPEN = "open"
    """It has not."""
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNHEARD = "unheard"


ROWS: Final[dict[Track, dict[str, str]]] = {
    Track.USER: {
        "vad": "speech, as the server heard it",
        "edges": "speech, as this side heard it",
        "said": "words of the user",
    },
    Track.MODEL: {
        "received": "sound that came",
        "heard": "sound that was played",
        "unheard": "sound that was thrown away: where it would have been played",
        "words": "words of the model",
        "interruption": "interruptions",
    },
    Track.WIRE: {"out": "messages to the server", "in": "messages from the server"},
    Track.CONTROL: {
        "connection": "connections",
        "turn": "turns",
        "step": "steps of the end of a turn",
        "phase": "phases",
        "tool": "functions",
        "extraction": "extractions",
        "effect": "effects of rules",
        "state": "changes of the State",
        "event": "what else happened",
    },
}
"""Track → its rows, from top to bottom, and what stands in them."""

LEVELS: Final[dict[str, str]] = {
    "user": "how loud the user's sound was, when it was sent",
    "played": "how loud the model's sound was, when it was played",
    "unheard": "how loud what was thrown away would have been",
    "buffered": "how much of the model's sound waited to be played: tenths of a second",
}
"""The lines of levels: one byte for each `LEVEL_SECONDS`, of loudness from 0 for -96 dBFS to 255 for full scale."""


@value
class Span:
    """Something that lasted; ``begins`` and ``ends`` are the same for what happened in a moment."""

    track: Track
    row: str
    """One of `ROWS`."""
    kind: str
    """What it can be filtered by."""
    begins: Seconds
    ends: Seconds
    title: str
    data: str = "{}"
    """What is shown of it: JSON. Sound and pictures are left out."""
    outcome: Outcome = Outcome.FINE


@value
class Note:
    """Something that the wire does not tell: an event, a change of the State, a look at the link."""

    at: Seconds
    """Since the epoch."""
    kind: str
    """One of `NOTES`."""
    data: JsonObject = attrs.field(factory=dict)


NOTES: Final[dict[str, str]] = {
    "event": "a live event: its class in `event`, and its fields",
    "mutation": "a change of the State, as in a journal, and `who` made it",
    "tool": "a function ran: `id`, `name`, `began`, `error`, `reason`",
    "extraction": "an extractor looked: `name`, `began`, `error`",
    "step": "a step of the end of a turn: `name`, `began`",
    "effect": "an effect of a rule: `name`, `began`",
    "connection": "`state` is `dialled`, `connected` or `lost`; `generation`, `code`, `reason`",
    "sample": "a look at `playback`, `link`, `queues`, `tasks`",
    "explanation": "where the talk stands, with the truth of each guard",
    "contract": "what the agent declares",
}
"""Kind → what its data holds. Every ``began`` is in seconds since the epoch."""


class Frame(Protocol):
    """A line of a recording."""

    @property
    def direction(self) -> str:
        """``out``, ``in`` or ``close``; ``app``, of which nothing is drawn: what came of it is on the wire."""

    @property
    def ts_ms(self) -> int:
        """Milliseconds since the epoch."""

    @property
    def payload(self) -> bytes:
        """The frame."""

    @property
    def close(self) -> tuple[int, str] | None:
        """The code and the words of an end; ``None`` for a frame."""


@value(kw_only=True)
class TurnFigures:
    """One turn, in figures."""

    number: int
    """From 0."""
    begins: Seconds
    ends: Seconds | None = None
    """``None``: it has not."""
    speech_ends: Seconds | None = None
    """When the user had spoken or typed what it answers."""
    first_byte: Seconds | None = None
    """When the first of the answer came."""
    first_played: Seconds | None = None
    """When the first of its sound was played."""
    user: str = ""
    """What the user said."""
    model: str = ""
    """What the model said, unheard words included."""
    heard: str | None = None
    """What was heard of it; ``None``: all."""
    interrupted: bool = False
    received_seconds: Seconds = 0.0
    heard_seconds: Seconds = 0.0
    unheard_seconds: Seconds = 0.0
    prompt_tokens: int | None = None
    response_tokens: int | None = None
    cost_usd: float | None = None


@value
class StateChange:
    """A key of the State changed."""

    at: Seconds
    key: str
    old: str | None
    """JSON; ``None``: it was not there."""
    new: str | None
    who: str


@value(kw_only=True)
class Timeline:
    """One call on one time axis."""

    began: Seconds
    """The instant 0, in seconds since the epoch."""
    length: Seconds
    spans: tuple[Span, ...]
    """By their beginnings."""
    levels: Mapping[str, bytes] = attrs.field(factory=dict)
    """See `LEVELS`."""
    turns: tuple[TurnFigures, ...] = ()
    changes: tuple[StateChange, ...] = ()
    explanations: tuple[tuple[Seconds, JsonObject], ...] = ()
    """Where the talk stood, now and then."""
    samples: tuple[tuple[Seconds, JsonObject], ...] = ()
    """Looks at playback, link and queues."""
    contract: JsonObject | None = None
    played_is_measured: bool = False
    """Whether a player reported what was played; otherwise it is an estimate."""
    sources: tuple[str, ...] = ()
    """What it was made from."""
    forgotten: int = 0
    """Spans that are no longer kept, the oldest."""

    def of(self, row: str) -> tuple[Span, ...]:
        """The spans of one row."""
        return tuple(span for span in self.spans if span.row == row)
