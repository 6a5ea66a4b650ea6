"""What a session is made from, and how long its ends may take."""

from __future__ import annotations

import attrs
import pytest

from tests.lanes.rig import dial_raising, plan_for
from trio_live.lanes import CLOSING, EventCallbacks


def test_every_step_of_the_end_has_a_deadline() -> None:
    assert set(CLOSING) == {"flush", "last frames", "goodbye", "lane", "callbacks", "teardown", "save"}
    assert all(0 < seconds <= 5 for seconds in CLOSING.values())


def test_a_plan_cannot_be_changed_and_chooses_little_by_itself() -> None:
    plan = plan_for(dial_raising(None))
    assert plan.callbacks == EventCallbacks()
    assert (plan.callback_errors, plan.setup_within, plan.ignored) == ("report", 15.0, ())
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        plan.callback_errors = "raise"  # type: ignore[misc]
