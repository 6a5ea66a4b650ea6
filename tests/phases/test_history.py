from __future__ import annotations

import pytest

from trio_live.phases import Guard, PhaseTransition, Programmatic, TransitionTrigger


@pytest.mark.parametrize(
    ("trigger", "reason"),
    [
        (Guard(2), "guard at turn 7 (transition 2)"),
        (Guard(2, "when the day is known"), "when the day is known (guard at turn 7)"),
        (Programmatic("supervisor"), "programmatic at turn 7 (supervisor)"),
    ],
)
def test_a_record_says_why_and_when(trigger: TransitionTrigger, reason: str) -> None:
    record = PhaseTransition(from_="a", to="b", turn=7, timestamp=1.0, trigger=trigger, duration_in_phase=0.5)
    assert record.reason == reason
