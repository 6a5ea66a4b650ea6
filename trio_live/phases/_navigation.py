"""Where the talk stands, in words for the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from trio_live._callables import answered_text
from trio_live.phases._definition import Phase, is_presented
from trio_live.phases._history import PhaseTransition
from trio_live.phases._reporting import ErrorReporter, attempt
from trio_live.state import State

HEADER: Final = "[Navigation]"
PREVIOUS_SHOWN: Final = 3
"""Phases gone through that are still named."""


def describe_navigation(
    phases: Mapping[str, Phase],
    current: str,
    history: Sequence[PhaseTransition],
    state: State,
    report: ErrorReporter,
) -> str:
    """The navigation text, one line for each thing worth saying; for an unknown current phase only the header.

    Blocked requirements and their preparers are those of the phases that can come next, and of the current phase
    where it was entered by force: all others are no obstacle now.
    """
    phase = phases.get(current)
    if phase is None:
        return HEADER
    targets = [] if phase.terminal else [phases[t.target] for t in phase.transitions if t.target in phases]
    nearby = list({near.name: near for near in (phase, *targets)}.values())
    blocked = {near.name: missing for near in nearby if (missing := near.missing_requirements(state))}
    preparers = [preparation.name for near in nearby if near.name in blocked for preparation in near.preparations]
    presented = [concept for each in phases.values() for concept in each.presents if is_presented(state, concept)]
    lines = [
        HEADER,
        f"Current phase: {_with_goal(phase, state, report)}",
        _line("Previous", (f"{entry.from_} (turn {entry.turn})" for entry in history[-PREVIOUS_SHOWN:])),
        _line("Still needed", phase.missing_needs(state)),
        _line("Blocked", (f"{name} requires {', '.join(missing)}" for name, missing in blocked.items()), "; "),
        _line("Prepared by", preparers),
        _line("Presented", presented),
        *_ways_on(phase),
    ]
    return "\n".join(filter(None, lines))


def _with_goal(phase: Phase, state: State, report: ErrorReporter) -> str:
    text = (
        attempt(report, f"phase {phase.name!r} instruction", phase.instruction.resolve, state, read=answered_text) or ""
    )
    goal = text.partition(".")[0].strip()
    return f"{phase.name} ({goal})" if goal else phase.name


def _line(label: str, items: Sequence[str] | Iterator[str], separator: str = ", ") -> str:
    listed = separator.join(dict.fromkeys(items))
    return f"{label}: {listed}" if listed else ""


def _ways_on(phase: Phase) -> Iterator[str]:
    if phase.terminal:
        yield "This is the final phase."
    elif phase.transitions:
        yield "Possible next:"
        for transition in phase.transitions:
            yield (
                f"- {transition.target}: {transition.description}"
                if transition.description
                else (f"- {transition.target}")
            )
