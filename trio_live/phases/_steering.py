"""By which road a phase's words reach the model."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from trio_live._callables import answered_text
from trio_live._values import value
from trio_live.phases._definition import Phase, paragraphs
from trio_live.phases._reporting import ErrorReporter, attempt
from trio_live.state import State


class SteeringMode(Enum):
    """How a phase's instruction and modifiers reach the model; the details are the rows of ``STEERING``."""

    INSTRUCTION_UPDATE = "instruction_update"
    """The system instruction is replaced on every transition, modifiers baked in."""
    CONTEXT_INJECTION = "context_injection"
    """The system instruction stays as it was at connect; everything else comes as context turns."""
    HYBRID = "hybrid"
    """The system instruction is replaced on every transition; modifiers come as a context turn on every turn."""
    CONTEXT_UPDATE = "context_update"
    """As INSTRUCTION_UPDATE, and on every transition the declared functions become those that the phase offers. Where a
    model cannot do that, it is advised as in the other modes."""


@value
class SteeringRule:
    """One row of ``STEERING``."""

    replaces_instruction: bool
    """The phase's instruction replaces the system instruction; otherwise it is a context turn."""
    bakes_modifiers: bool
    """Modifiers are part of the instruction; otherwise they are one context turn, on every turn."""
    declares_tools: bool = False
    """The functions that a phase does not offer are not declared while it is current."""


STEERING: Final[Mapping[SteeringMode, SteeringRule]] = {
    SteeringMode.INSTRUCTION_UPDATE: SteeringRule(replaces_instruction=True, bakes_modifiers=True),
    SteeringMode.CONTEXT_INJECTION: SteeringRule(replaces_instruction=False, bakes_modifiers=False),
    SteeringMode.HYBRID: SteeringRule(replaces_instruction=True, bakes_modifiers=False),
    SteeringMode.CONTEXT_UPDATE: SteeringRule(replaces_instruction=True, bakes_modifiers=True, declares_tools=True),
}
"""A modifier is said by exactly one of the two roads: baked in *and* sent as context, the model would hear it twice."""


def instruction_text(phase: Phase, mode: SteeringMode, state: State, report: ErrorReporter) -> str | None:
    """The phase's instruction in the form the mode wants.

    Returns:
        ``None`` when the instruction is empty or its function raised: modifiers alone must never replace a prompt.
    """
    bare = attempt(report, f"phase {phase.name!r} instruction", phase.instruction.resolve, state, read=answered_text)
    if not bare:
        return None
    if not STEERING[mode].bakes_modifiers:
        return bare
    return paragraphs([bare, *_modifier_texts(phase, state, report, as_lines=False)])


def steering_text(phase: Phase, mode: SteeringMode, state: State, report: ErrorReporter) -> str | None:
    """The lines of the phase's modifiers for this turn's one steering turn; ``None`` if empty or baked in."""
    if STEERING[mode].bakes_modifiers:
        return None
    return "\n".join(_modifier_texts(phase, state, report, as_lines=True)) or None


def _modifier_texts(phase: Phase, state: State, report: ErrorReporter, *, as_lines: bool) -> list[str]:
    """What each modifier says, once each: defaults and the phase's own modifiers may well say the same."""
    texts = [
        attempt(
            report,
            f"phase {phase.name!r} modifier {index}",
            modifier.render_line if as_lines else modifier.render,
            state,
            read=answered_text,
        )
        for index, modifier in enumerate(phase.modifiers)
    ]
    return list(dict.fromkeys(text for text in texts if text))
