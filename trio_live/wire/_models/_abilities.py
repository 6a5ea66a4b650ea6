"""What a Live model can do, as one value: the vocabulary of the rows in ``_profiles.py``.

Sending what a model or a platform does not know closes the socket: 1007, sometimes 1008, sometimes silence. So
nothing here is decided by an ``if`` on a model's name. A row says what a model can, and everything else follows from
the row: which settings stay off the wire, which calls run in the background, by which road an instruction travels.
Every field is read by code.
"""

from __future__ import annotations

import enum
from typing import Any, Final

import attrs

from trio_live._typing import Seconds
from trio_live._values import value


class Platform(enum.Enum):
    """Who serves the model."""

    GOOGLE_AI = "Google AI"
    VERTEX = "Vertex"


class ClientContentUse(enum.Enum):
    """When a model takes ``clientContent``."""

    ALWAYS = "at any time"
    SEED_ONLY = "before the model's first turn"
    """As history, which ``historyConfig`` announces; afterwards the session is closed with 1007."""
    NEVER = "never"


class ThinkingKind(enum.Enum):
    """How the amount of thinking is set."""

    NONE = "not at all"
    BUDGET = "by a budget"
    LEVEL = "by a level"
    ANY = "either way"


class Switch(enum.Enum):
    """Whether a behaviour can be switched on."""

    NONE = "no"
    OPT_IN = "opt-in"
    OPT_IN_ALPHA = "opt-in, in API version v1alpha only"
    ALWAYS = "always on"


class TurnEnd(enum.Enum):
    """What tells that a turn of the model is over."""

    TURN_COMPLETE = "turnComplete"
    GENERATION_COMPLETE = "generationComplete"
    IDLE = "interactionStatus: IDLE"
    """Decides wherever an ``interactionStatus`` is present; a ``turnComplete`` without one counts as before."""
    QUIET = "silence"
    """Nothing is said to end a turn, so a silence does. Usage reports, which come all the time, do not break it."""


class BargeIn(enum.Enum):
    """What a model does when the user begins to speak."""

    IMMEDIATE = "stops at once"
    POLITE = "stops, and waits with new words while the user talks"


@value
class Thinking:
    """How the amount of thinking is set, and whether it must be."""

    kind: ThinkingKind
    levels: tuple[str, ...] = ()
    required: bool = False


@value(kw_only=True)
class LiveModelProfile:
    """What one family of models can do on one platform."""

    name: str
    prefixes: tuple[str, ...]
    """The ids it stands for begin with one of these. Never matched inside an id."""
    platform: Platform
    source: str
    """Where the row comes from: *documented* (Google's pages), *official client* (its code), *measured* (by users)."""
    known: bool = True
    """False: no row knows the model, and nothing is left off the wire."""
    retired: bool = False
    """No longer served: connecting gives 1008 "not found for API version"."""

    input_modalities: tuple[str, ...] = ("TEXT", "IMAGE", "AUDIO", "VIDEO")
    """What it takes in."""
    modalities: tuple[str, ...] = ("AUDIO",)
    """Response modalities, the default first; none: anything may be asked."""
    instructions: bool = True
    """Takes a system instruction."""
    client_content: ClientContentUse = ClientContentUse.ALWAYS
    """When it takes ``clientContent``."""
    system_turns: bool = False
    """Takes ``clientContent`` of role ``system``."""
    heeds_new_instructions: bool = True
    """Follows a turn of the user that says it replaces the instructions."""
    realtime_text: bool = True
    """Takes text as ``realtimeInput.text``."""
    context_update: bool = False
    """Takes ``contextUpdate``: a new system instruction and new tools in mid-session."""
    history_seeding: bool = True
    """Takes ``historyConfig``."""

    call_behaviors: tuple[str, ...] = ("BLOCKING",)
    """Behaviours a declared function may have, the default first; none: no tools at all."""
    scheduling: bool = False
    """A function's answer may say when it is spoken of."""
    search_with_functions: bool = True
    """Google Search and functions may be declared together."""
    thinking: Thinking = Thinking(ThinkingKind.NONE)
    """How the amount of thinking is set."""
    proactivity: Switch = Switch.NONE
    """May stay silent on purpose; see ``proactive_audio()``."""
    speaks_plans: bool = False
    """Says aloud what it is about to call, where a function was declared by full JSON Schema (``parametersJsonSchema``)
    instead of the restricted one (``parameters``)."""
    affective: Switch = Switch.NONE
    """Answers to the tone of a voice; see ``affective_dialog()``."""
    translates: bool = False
    """Needs ``translationConfig``."""

    turn_ends_on: frozenset[TurnEnd] = frozenset({TurnEnd.TURN_COMPLETE})
    """What tells that a turn is over; where IDLE is among them, a status that is present decides."""
    transcripts_finished: bool = False
    """Marks the last fragment of a transcript as ``finished``. Where it does not, never wait for it."""
    barge_in: BargeIn = BargeIn.IMMEDIATE
    """What it does when the user begins to speak."""
    audio_stream_end: bool = True
    """Heeds ``audioStreamEnd``."""
    trailing_silence: Seconds = 0.0
    """So much silence tells it that the user has stopped, where it does not heed ``audioStreamEnd``: it finds the end
    of speech only while more audio comes. ``end_audio_stream()`` sends it."""

    resumption: bool = True
    """Issues handles with which a session goes on in another connection."""
    context_window: tuple[int, int] | None = None
    """Tokens that go in, and that come out; ``None``: not published."""
    session_limit: Seconds = 900.0
    """Of sound alone, without compression of the context."""
    video_session_limit: Seconds = 120.0
    """The same, once pictures were sent."""
    connection_limit: Seconds = 600.0
    """After which the server hangs up, having said so."""

    @property
    def transparent_resumption(self) -> bool:
        """Whether a resumed session says which message the server heard last."""
        return self.resumption and self.platform is Platform.VERTEX

    def in_version(self, version: str) -> LiveModelProfile:
        """The abilities in one version of the API: a preview version takes more."""
        if version != PREVIEW_VERSION:
            return self
        opened: dict[str, Any] = {
            name: Switch.OPT_IN for name in ("proactivity", "affective") if getattr(self, name) is Switch.OPT_IN_ALPHA
        }
        return attrs.evolve(self, **opened)


PREVIEW_VERSION: Final = "v1alpha"
"""The version of Google AI's API that takes what `Switch.OPT_IN_ALPHA` marks."""

CHANGEABLE: Final = frozenset(field.name for field in attrs.fields(LiveModelProfile)) - {
    "name",
    "prefixes",
    "platform",
    "source",
    "known",
    "retired",
}
"""Abilities: what a user or a refusal of the server may correct. The rest says which row it is."""
