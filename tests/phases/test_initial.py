from __future__ import annotations

import pytest

from trio_live.phases import InitialSetup, SteeringMode, plan_setup
from trio_live.wire import Content

UPDATE, INJECT, HYBRID = SteeringMode.INSTRUCTION_UPDATE, SteeringMode.CONTEXT_INJECTION, SteeringMode.HYBRID
TURN = (Content.of("phase", "model"),)


@pytest.mark.parametrize(
    ("mode", "builder", "phase", "planned"),
    [
        (UPDATE, None, "phase", InitialSetup("phase")),
        (HYBRID, None, "phase", InitialSetup("phase")),
        (INJECT, None, "phase", InitialSetup(None, TURN)),
        (UPDATE, "builder", "phase", InitialSetup("builder", TURN)),
        (HYBRID, "builder", "phase", InitialSetup("builder", TURN)),
        (INJECT, "builder", "phase", InitialSetup("builder", TURN)),
        (UPDATE, "builder", None, InitialSetup("builder")),
        (INJECT, None, None, InitialSetup(None)),
        (UPDATE, "", "phase", InitialSetup("phase")),
    ],
)
def test_the_phase_takes_the_slot_only_where_it_is_free_and_wanted(
    mode: SteeringMode, builder: str | None, phase: str | None, planned: InitialSetup
) -> None:
    assert plan_setup(mode, builder_instruction=builder, phase_instruction=phase) == planned
