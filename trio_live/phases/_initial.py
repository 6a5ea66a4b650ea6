"""What the initial phase puts into the setup.

The initial phase is entered like any other, only in two steps: before the setup (``PhaseMachine.seed`` and this), and
once the session is connected (``PhaseMachine.enter_initial``, whose result goes through ``compose_turn``).
"""

from __future__ import annotations

import attrs

from trio_live.phases._steering import STEERING, SteeringMode
from trio_live.wire import Content


@attrs.frozen
class InitialSetup:
    """What is said at connect."""

    system_instruction: str | None
    """Goes into the setup; the ledger starts with it."""
    context: tuple[Content, ...] = ()
    """To be sent as soon as the session is connected, before ``on_enter``."""


def plan_setup(mode: SteeringMode, *, builder_instruction: str | None, phase_instruction: str | None) -> InitialSetup:
    """Decide who gets the one slot for a system instruction.

    Args:
        mode: The steering mode.
        builder_instruction: What ``Live.instruction`` was given; always wins the slot.
        phase_instruction: The initial phase's, from ``PhaseMachine.instruction_text``; ``None`` without phases.

    Returns:
        With the phase's instruction as one context turn where the slot is taken, or never its own.
    """
    if not phase_instruction:
        return InitialSetup(builder_instruction or None)
    if not builder_instruction and STEERING[mode].replaces_instruction:
        return InitialSetup(phase_instruction)
    return InitialSetup(builder_instruction or None, (Content.of(phase_instruction, "model"),))
