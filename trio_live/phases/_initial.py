"""What the initial phase puts into the setup.

The initial phase is entered like any other, only in two steps: before the setup (``PhaseMachine.seed`` and this), and
once the session is connected (``PhaseMachine.enter_initial``, whose result goes through ``compose_turn``).
"""

from __future__ import annotations

from trio_live._values import value
from trio_live.phases._definition import paragraphs
from trio_live.phases._steering import STEERING, SteeringMode
from trio_live.wire import Content


@value
class InitialSetup:
    """What is said at connect."""

    system_instruction: str | None
    """Goes into the setup; the ledger starts with it."""
    context: tuple[Content, ...] = ()
    """To be sent as soon as the session is connected, before ``on_enter``."""


def plan_setup(
    mode: SteeringMode, *, standing_instruction: str | None, phase_instruction: str | None, takes_context: bool = True
) -> InitialSetup:
    """What the one slot for a system instruction says.

    Args:
        mode: The steering mode.
        standing_instruction: What ``Live.instruction`` was given; no phase replaces it.
        phase_instruction: The initial phase's, from ``PhaseMachine.instruction_text``; ``None`` without phases.
        takes_context: Whether context reaches this model without making it speak.

    Returns:
        The standing part, and behind it the phase's. Where phases never touch the instruction, theirs comes as one
        context turn instead, unless the model would answer that.
    """
    if not phase_instruction:
        return InitialSetup(standing_instruction or None)
    if STEERING[mode].replaces_instruction or not takes_context:
        return InitialSetup(paragraphs([standing_instruction or "", phase_instruction]))
    return InitialSetup(standing_instruction or None, (Content.of(phase_instruction, "model"),))
