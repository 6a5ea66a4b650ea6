"""Which way out of a phase is open: a question about values, asked as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from trio_live._callables import answered_truth
from trio_live._values import value
from trio_live.phases._definition import Phase, StatePredicate
from trio_live.phases._reporting import ErrorReporter, attempt
from trio_live.state import State


@value
class Ready:
    """This transition can be taken now."""

    target: str
    transition_index: int


@value
class Blocked:
    """This transition would be taken, but for keys that the target's preparations may yet make known."""

    target: str
    transition_index: int
    missing: tuple[str, ...]
    """The target's unknown requirements, in declared order; never empty."""


TransitionEvaluation: TypeAlias = Ready | Blocked
"""The answer where there is one; no way open is ``None``."""


def evaluate_transitions(
    phases: Mapping[str, Phase], current: str, state: State, report: ErrorReporter
) -> TransitionEvaluation | None:
    """The first transition of the current phase that is open, or that only preparations keep closed.

    A transition whose guard or whose target's entry guard says no is passed over; so is one whose target misses
    requirements and has no preparations. A guard that raises says no, and is reported.
    """
    phase = phases.get(current)
    if phase is None or phase.terminal:
        return None
    for index, transition in enumerate(phase.transitions):
        target = phases.get(transition.target)
        where = f"phase {phase.name!r} transition {index} (to {transition.target!r})"
        if target is None or not _holds(transition.guard, state, f"{where} guard", report):
            continue
        if target.guard is not None and not _holds(target.guard, state, f"{where} entry guard", report):
            continue
        missing = target.missing_requirements(state)
        if not missing:
            return Ready(target.name, index)
        if target.preparations:
            return Blocked(target.name, index, missing)
    return None


def _holds(guard: StatePredicate, state: State, where: str, report: ErrorReporter) -> bool:
    return bool(attempt(report, where, guard, state, read=answered_truth))
