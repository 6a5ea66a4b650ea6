"""When a phase does not get what it needs: wait, remind the model, give up.

A phase lists the keys it should gather. After each turn this file counts how long none of the missing ones was found
and advises: nothing yet, a *nudge* for the model, or an *escalation*, which is a signal in the State that the
application's own transitions may act on. Repair never changes the phase.

What counts is *full turns without progress*: not the turn a phase was entered in, and not a turn in which something
missing was found, which starts the count again. Leaving a phase, meeting its needs, or progress also takes the signal
back, so that the next phase does not find it standing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Self

import attrs

from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.state import State

ESCALATION_KEY: Final = "repair:escalation"
"""True from an escalation until it is taken back; absent otherwise."""

UNFULFILLED_KEY: Final = "repair:unfulfilled"
"""The keys that were missing at the escalation; absent without one."""


@value
class RepairConfig:
    """After how many turns without progress something is done about it.

    Raises:
        ConfigError: A count is below one.
    """

    nudge_after: int = 3
    escalate_after: int = 6

    def __attrs_post_init__(self) -> None:
        counts = {"nudge_after": self.nudge_after, "escalate_after": self.escalate_after}
        problems = [f"repair: {name} is {turns}, the least is 1" for name, turns in counts.items() if turns < 1]
        if problems:
            raise ConfigError(problems)

    def with_nudge_after(self, turns: int) -> Self:
        """The same with another count of turns before the first nudge."""
        return attrs.evolve(self, nudge_after=turns)

    def with_escalate_after(self, turns: int) -> Self:
        """The same with another count of turns before an escalation."""
        return attrs.evolve(self, escalate_after=turns)

    @property
    def warning(self) -> str | None:
        """What is odd about these numbers, for the one who builds a session with them; ``None`` if nothing is."""
        if self.nudge_after < self.escalate_after:
            return None
        return (
            f"repair escalates after {self.escalate_after} turns, before the first nudge "
            f"(after {self.nudge_after}), so the model is never nudged"
        )


class RepairAction:
    """What to do about missing needs: `NoAction`, `Nudge` or `Escalate`."""

    __slots__ = ()


@value
class NoAction(RepairAction):
    """Go on."""


@value
class Nudge(RepairAction):
    """Remind the model of what is missing."""

    unfulfilled: tuple[str, ...]
    """The missing keys in the order the phase lists them."""
    attempt: int
    """Counts the nudges of one stall from 1."""

    @property
    def prompts_model(self) -> bool:
        """Whether the model should also be asked to speak: once a stall, lest it asks the same thing every turn."""
        return self.attempt == 1

    @property
    def line(self) -> str:
        """The reminder, as a line of context."""
        return f"Still missing: {', '.join(self.unfulfilled)}. Ask for it before going on."


@value
class Escalate(RepairAction):
    """Reminding does not help; `ESCALATION_KEY` and `UNFULFILLED_KEY` are set."""

    unfulfilled: tuple[str, ...]
    """The missing keys in the order the phase lists them."""
    times: int = 1
    """In how many turns running it has been so."""


@value
class _Stall:
    turns: int
    missing: frozenset[str]


class NeedsFulfillment:
    """Follows the needs of the phases of one conversation.

    Args:
        config: The thresholds.
    """

    __slots__ = ("_config", "_entered", "_stalls")

    def __init__(self, config: RepairConfig | None = None) -> None:
        self._config = config or RepairConfig()
        self._stalls: dict[str, _Stall] = {}
        self._entered: str | None = None

    def evaluate(self, phase: str, needs: Iterable[str], state: State) -> RepairAction:
        """Judge the turn that has just ended. To be called once a turn, after transitions; not for soft turns.

        Args:
            phase: The current phase; the new one when it was entered in this turn.
            needs: The keys it should gather, in order.
            state: Where they are looked for. The two ``repair:`` keys are written here, no others.
        """
        missing = tuple(key for key in needs if not state.is_known(key))
        was_just_entered, self._entered = self._entered == phase, None
        if not missing:
            self.reset(phase)
            _take_back(state)
            return NoAction()
        stall = self._stalls.get(phase, _Stall(0, frozenset(missing)))
        found_some = not stall.missing <= set(missing)
        if found_some:
            _take_back(state)
        turns = 0 if found_some or was_just_entered else stall.turns + 1
        self._stalls[phase] = _Stall(turns, frozenset(missing))
        return self._act(turns, missing, state)

    def transitioned(self, left: str, entered: str, state: State) -> None:
        """The conversation moved, be it to the same phase again.

        Forgets the count of the phase left and takes its signal back; its transition has made use of it by now. The
        running turn does not count for the phase entered. Not called for the phase a conversation begins in.
        """
        self.reset(left)
        _take_back(state)
        self._entered = entered

    def reset(self, phase: str) -> None:
        """Forget how long a phase has been waiting."""
        self._stalls.pop(phase, None)

    def reset_all(self) -> None:
        """Forget everything."""
        self._stalls.clear()
        self._entered = None

    def _act(self, turns: int, missing: tuple[str, ...], state: State) -> RepairAction:
        if turns >= self._config.escalate_after:
            state.set(ESCALATION_KEY, True)
            state.set(UNFULFILLED_KEY, list(missing))
            return Escalate(missing, times=turns - self._config.escalate_after + 1)
        if turns >= self._config.nudge_after:
            return Nudge(missing, attempt=turns - self._config.nudge_after + 1)
        return NoAction()


def _take_back(state: State) -> None:
    state.remove(ESCALATION_KEY)
    state.remove(UNFULFILLED_KEY)
