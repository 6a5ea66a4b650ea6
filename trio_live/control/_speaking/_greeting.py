"""The greeting, from the wish to the model's first sound: once a session, with a deadline, and nobody talks it away.

Where it stands is a value, and what happens to it are functions from value to value; `control/_voice` does what they
decide. Two things go wrong on real lines: the model says nothing at all, and the caller's "hello?" is taken for an
interruption of words that have not been said yet.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Sequence
from typing import Final

import attrs
import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.wire_events._internal import Passed, SoundRun

WITHIN: Final[Seconds] = 10.0
"""A model that thinks needs a few seconds; a caller who hears nothing for longer hangs up."""
GREETS: Final = "sound while the model greets"
"""Under which what the model was not let hear meanwhile is counted."""
PROTECTED: Final[Seconds] = 3.0
"""So long a caller may say "hello?" into the line: about what a model takes to begin, and a first sentence."""


@value(kw_only=True)
class Greeting:
    """What the model is told to begin with, and what is done for it to be heard."""

    text: str
    within: Seconds = WITHIN
    """From the words to the model's first sound or text."""
    protected: Seconds = PROTECTED
    """From the words on: so long the user's sound is sent as silence, while the greeting is not over."""
    again: bool = True
    """Say it once more when the model did not greet in time."""


class Stage(enum.Enum):
    """Where a greeting stands."""

    UNSAID = "not said to the model"
    WAITING = "said to the model, and nothing heard of it"
    SPEAKING = "the model greets"
    SPOKEN = "over"
    MISSED = "the model did not greet"


@value
class Standing:
    """Where the greeting of one session stands."""

    stage: Stage = Stage.UNSAID
    said_at: Seconds = -math.inf
    due_at: Seconds = math.inf
    attempts: int = 0


_SOUND = (SoundRun, wire_events.TextDelta, wire_events.OutputTranscription)
_OVER = (wire_events.TurnComplete, wire_events.Interrupted)


def said(standing: Standing, greeting: Greeting, now: Seconds) -> Standing:
    """It is said to the model, for the first time or once more."""
    first = standing.said_at if standing.attempts else now
    return Standing(Stage.WAITING, first, now + greeting.within, standing.attempts + 1)


def heard(standing: Standing, event: Passed) -> Standing:
    """The server said something. A turn that ends without a sound was no greeting."""
    if standing.stage in (Stage.WAITING, Stage.MISSED) and isinstance(event, _SOUND):
        return attrs.evolve(standing, stage=Stage.SPEAKING)
    if standing.stage is Stage.SPEAKING and isinstance(event, _OVER):
        return attrs.evolve(standing, stage=Stage.SPOKEN)
    return standing


def fell_due(standing: Standing, greeting: Greeting, now: Seconds) -> Standing:
    """The deadline, if it has come: said once more, or missed."""
    if standing.stage is not Stage.WAITING or now < standing.due_at:
        return standing
    if greeting.again and standing.attempts == 1:
        return said(standing, greeting, now)
    return attrs.evolve(standing, stage=Stage.MISSED)


def protects(standing: Standing, greeting: Greeting, now: Seconds) -> bool:
    """Whether the user must not be heard by the model now."""
    return standing.stage in (Stage.WAITING, Stage.SPEAKING) and now < standing.said_at + greeting.protected


class TrackedGreeting:
    """Where the greeting of a session stands now.

    Args:
        greeting: what was asked for.
    """

    def __init__(self, greeting: Greeting) -> None:
        self.greeting = greeting
        self.standing = Standing()

    def say(self) -> None:
        """It is about to be said to the model."""
        self.standing = said(self.standing, self.greeting, trio.current_time())

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """See what the server said, until the greeting is over."""
        for event, _ in routed if self.standing.stage is not Stage.SPOKEN else ():
            self.standing = heard(self.standing, event)

    def hushes(self, catch_up: Callable[[], None]) -> bool:
        """Whether the user's sound is sent as silence now.

        Args:
            catch_up: lets `observe` see what was routed so far.
        """
        now = trio.current_time()
        if not protects(self.standing, self.greeting, now):
            return False
        catch_up()  # it may be over meanwhile
        return protects(self.standing, self.greeting, now)


def missed_words(tracked: TrackedGreeting) -> str:
    """What to say when it was missed."""
    times = "twice" if tracked.standing.attempts > 1 else "once"
    return f"the model did not greet: it was asked {times}, and nothing came within {tracked.greeting.within:g} s"
