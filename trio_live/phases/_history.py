"""What happened: why a transition fired, the record of it, and what it leaves to be said."""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.wire import Content

HISTORY_LIMIT: Final = 100
"""Transitions remembered; the oldest are forgotten first. Far more than a talk has, so only a loop ever meets it."""


@value
class Guard:
    """A guard opened: the one of the transition with this index in the phase that was left."""

    transition_index: int
    description: str | None = attrs.field(default=None, eq=False)
    """What the transition says of itself; does not count when triggers are compared."""


@value
class Programmatic:
    """The program asked for it, whatever guards and requirements say."""

    source: str


TransitionTrigger: TypeAlias = Guard | Programmatic
"""Why a transition fired."""


@value(kw_only=True)
class PhaseTransition:
    """One executed transition."""

    from_: str
    to: str
    turn: int
    """Turns completed when it fired."""
    timestamp: Seconds
    """The instant it was asked for, on the clock of whoever asked."""
    trigger: TransitionTrigger
    duration_in_phase: Seconds
    """How long the phase had been current; what its ``on_exit`` took is not counted."""

    @property
    def reason(self) -> str:
        """Why and when, in words."""
        match self.trigger:
            case Guard(description=str(description)) if description:
                return f"{description} (guard at turn {self.turn})"
            case Guard(transition_index=index):
                return f"guard at turn {self.turn} (transition {index})"
            case Programmatic(source=source):
                return f"programmatic at turn {self.turn} ({source})"
            case _ as never:
                assert_never(never)


@value(kw_only=True)
class TransitionResult:
    """What entering a phase leaves to be said; see ``compose_turn`` for how it is."""

    instruction: str | None
    """The new phase's instruction in the form its steering mode wants; ``None`` when there is nothing to send."""
    context: tuple[Content, ...] | None
    """What ``on_enter_context`` made."""
    prompt_on_enter: bool
    record: PhaseTransition | None = None
    """``None`` for the initial phase, which nothing leads to."""
