"""A persona: who answers at the other end of the line, as values.

A persona is a list of rules, read from top to bottom; the first whose *heard* and *state* fit gives the `Reply`. A
reply may ask for tools and say how to go on with their answers, which is again a reply: so a chain of tools is a
chain of replies, and nothing needs a language of its own.

Besides words there are other occasions: a silence, a picture, being interrupted. What a persona does then is a
`Reaction`.

Texts are templates, see `trio_live.emulator._templates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

import attrs

from trio_live._typing import Json, JsonObject, Seconds

START_STATE: Final = "start"
"""Where a conversation begins when the persona names no other state."""
UNHEARD: Final = "(speech)"
"""What an audio turn counts as when the persona's list of utterances is used up."""
NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})


class Greets(StrEnum):
    """When a persona says its greeting."""

    ASKED = "asked"
    """When the client asks for an answer before anybody has said anything. What the real models do."""
    CONNECTED = "connected"
    """Unasked, as soon as the session is open. No real model does it; handy for listening tests."""


class Occasion(StrEnum):
    """What a persona can react to besides words. The values are the names of the tables in a file."""

    INTERRUPTED = "on_interrupted"
    """Somebody has cut an answer off. The reaction is silent; its lines open the next answer."""
    SILENCE = "on_silence"
    """Nobody has said anything for a while."""
    IMAGE = "on_image"
    """A picture has come in: a video frame, or a part of a turn."""
    CONTEXT = "on_context"
    """A turn has come in that asks for no answer: context in between, or history."""
    CONTEXT_UPDATE = "on_context_update"
    """The client has changed the instruction or the functions."""
    UNWANTED_ANSWER = "on_unwanted_answer"
    """A function has answered a call that was cancelled, given up or answered before."""
    UNKNOWN_ANSWER = "on_unknown_answer"
    """A function has answered a call that was never made."""


@attrs.frozen
class Line:
    """Something to be said in one breath."""

    text: str
    wav: Path | None = None
    """A recording of it; without one the voice bank is asked, and then it is babbled, as long as it would take."""
    pause: Seconds = attrs.field(default=0.0, kw_only=True)
    """How long to be silent before it."""


def _as_lines(lines: Iterable[str | Line]) -> tuple[Line, ...]:
    return tuple(Line(line) if isinstance(line, str) else line for line in lines)


@attrs.frozen(kw_only=True)
class Call:
    """A function the persona wants to have run."""

    tool: str
    """The name the client declared it under."""
    args: JsonObject = attrs.field(factory=dict)
    """Arguments; every string in them is a template. ``"{count:int}"`` alone becomes a number."""
    known_as: str | None = None
    """The name its answer is remembered under (``as`` in a file); without it, ``tool``."""

    @property
    def name(self) -> str:
        """The name its answer is remembered under."""
        return self.known_as or self.tool


@attrs.frozen(kw_only=True)
class Timed:
    """What to do when an answer takes long."""

    after: Seconds
    """Counted from the call."""
    reply: Reply


@attrs.frozen(kw_only=True)
class Reply:
    """What the persona does next."""

    say: tuple[Line, ...] = attrs.field(default=(), converter=_as_lines)
    """Lines, spoken one after the other; strings become lines."""
    words_per_delta: int | None = None
    """How many words one piece of its transcript holds; without it, what the persona says."""
    silent: bool = False
    """Answer nothing at all, as a proactive model does that was not meant: no turn begins and none completes."""
    thought: str | None = None
    """What it thinks before; sent only to clients that asked for thoughts."""
    delay: Seconds = 0.0
    """How long it hesitates first."""
    values: Mapping[str, str] = NOTHING
    """Values to remember (``set`` in a file); templates may use them from now on."""
    calls: tuple[Call, ...] = ()
    """Functions to run after the lines were spoken; several run in parallel."""
    then: Reply | None = None
    """How it goes on with the answers of ``calls``."""
    on_error: Reply | None = None
    """How it goes on when an answer holds an ``error``; without it, ``then`` does for both."""
    on_wait: Timed | None = None
    """What it says meanwhile, when answers take long."""
    on_late: Timed | None = None
    """How it goes on when the answers have taken long; otherwise as if they had not."""
    on_missing: Timed | None = None
    """When it gives up waiting, and how it goes on then. The calls without an answer are cancelled."""
    without_tool: Reply | None = None
    """What it says instead when the client did not declare one of the tools. ``values`` and ``goto`` hold anyway."""
    goto: str | None = None
    """The state to enter."""


@attrs.frozen(kw_only=True)
class Heard:
    """What must have been heard. Nothing given: anything does."""

    exact: tuple[str, ...] = ()
    """One of these sentences; case, punctuation and spacing do not count."""
    keywords: tuple[str, ...] = ()
    """All of these words or phrases; ``"cost|price"`` means either."""
    pattern: re.Pattern[str] | None = None
    """Found anywhere, whatever the case. Named groups become values."""


@attrs.frozen(kw_only=True)
class Rule:
    """When this is heard in that state, reply so."""

    name: str
    heard: Heard = Heard()
    states: tuple[str, ...] = ()
    """The states it applies in (``in`` in a file); none given: all."""
    once: bool = False
    """Applies only once in a conversation."""
    reply: Reply = Reply()


@attrs.frozen(kw_only=True)
class Reaction:
    """When this happens in that state, do so."""

    name: str
    occasion: Occasion
    heard: Heard = Heard()
    """For context and its updates: what the text must hold."""
    states: tuple[str, ...] = ()
    """The states it applies in (``in`` in a file); none given: all."""
    once: bool = False
    """Applies only once in a conversation."""
    after: Seconds = 0.0
    """For silence: how long it must have lasted."""
    reply: Reply = Reply()


@attrs.frozen(kw_only=True)
class Persona:
    """Everything the emulator knows about whom it plays."""

    name: str
    description: str = ""
    initial: str = START_STATE
    """The state a conversation begins in."""
    facts: Mapping[str, Json] = NOTHING
    """Values that templates may use from the beginning."""
    greeting: Reply | None = None
    greets: Greets = Greets.ASKED
    rules: tuple[Rule, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    """Read from top to bottom, too; the first that fits an occasion applies."""
    default: tuple[Reply, ...] = (Reply(say=("I see. Could you tell me more?",)),)
    """Answers for when no rule applies, taken in turn."""
    utterances: tuple[str, ...] = ()
    """What the caller says: the n-th audio turn of a conversation counts as the n-th of these."""
    vocabulary: tuple[str, ...] = ()
    """Names and words that callers may say, besides those of its rules and of its utterances. A recogniser is told."""
    least_confidence: float | None = None
    """How sure a recogniser must be, from 0 to 1, for its words to count; ``None``: as is usual for it."""
    repeat_utterances: bool = False
    """Begin again when the utterances are used up; otherwise every further turn counts as `UNHEARD`."""
    thought: str | None = None
    """What it thinks before replies that have no thought of their own."""
    words_per_delta: int = 2
    """How many words one piece of a transcript holds."""
    voice: Path | None = None
    """A directory with recordings of its lines; what is not in there is babbled."""

    def utterance(self, number: int) -> str:
        """What the caller says in audio turn ``number``, counted from 0."""
        if number < len(self.utterances):
            return self.utterances[number]
        if self.repeat_utterances and self.utterances:
            return self.utterances[number % len(self.utterances)]
        return UNHEARD
