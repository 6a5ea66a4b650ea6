from __future__ import annotations

import pytest

from trio_live.phases import SteeringMode
from trio_live.phases._internal import InitialSetup, plan_setup
from trio_live.wire import Content

UPDATE, INJECT, HYBRID = SteeringMode.INSTRUCTION_UPDATE, SteeringMode.CONTEXT_INJECTION, SteeringMode.HYBRID
TURN = (Content.of("phase", "model"),)


@pytest.mark.parametrize(
    ("mode", "builder", "phase", "planned"),
    [
        (UPDATE, None, "phase", InitialSetup("phase")),
        (HYBRID, None, "phase", InitialSetup("phase")),
        (INJECT, None, "phase", InitialSetup(None, TURN)),
        (UPDATE, "builder", "phase", InitialSetup("builder\n\nphase")),
        (HYBRID, "builder", "phase", InitialSetup("builder\n\nphase")),
        (INJECT, "builder", "phase", InitialSetup("builder", TURN)),
        (UPDATE, "builder", None, InitialSetup("builder")),
        (INJECT, None, None, InitialSetup(None)),
        (UPDATE, "", "phase", InitialSetup("phase")),
    ],
)
def test_the_phase_comes_behind_what_stands_wherever_phases_replace_the_instruction(
    mode: SteeringMode, builder: str | None, phase: str | None, planned: InitialSetup
) -> None:
    assert plan_setup(mode, standing_instruction=builder, phase_instruction=phase) == planned


def test_a_model_that_would_answer_the_context_learns_its_phase_from_the_setup() -> None:
    planned = plan_setup(INJECT, standing_instruction="builder", phase_instruction="phase", takes_context=False)
    assert planned == InitialSetup("builder\n\nphase")
