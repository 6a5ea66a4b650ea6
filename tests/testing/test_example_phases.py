"""Property tests of somebody's phases: a mistake that no single example would have shown."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st

from trio_live import Live, State
from trio_live.phases import Transition
from trio_live.testing.strategies import PhaseFault, check_phases


def knows_guests(state: State) -> bool:
    """Whether we know how many they are."""
    return state.is_known("guests")


def is_a_crowd(state: State) -> bool:
    """Whether they are more than we have chairs."""
    guests: int = state.get("guests", 0)
    return guests > 8


def reservations(*ways: Transition) -> Live:
    """An agent that asks for the number of guests and then goes one of these ways."""
    live = Live.builder().model("gemini-3.8-live")
    ask = live.phase("ask").instruction("Ask how many they are.").needs(["guests"])
    for way in ways:
        ask = ask.transition(way.target, way.guard)
    live = ask.done()
    live = live.phase("seat").instruction("Ask for the time.").needs(["time"]).done()
    live = live.phase("crowd").instruction("Give them to a colleague.").terminal().done()
    return live.initial_phase("ask")


WRITES = {"guests": st.integers(1, 20), "time": st.sampled_from(["19:00", "20:30"])}
"""What may be found out in a call: key → its possible values."""

CAREFUL = reservations(Transition("crowd", is_a_crowd), Transition("seat", knows_guests))
HASTY = reservations(Transition("seat", knows_guests), Transition("crowd", is_a_crowd))


def test_the_phases_hang_together() -> None:
    check_phases(CAREFUL, writes=WRITES)


def test_the_hasty_agent_seats_every_crowd() -> None:
    with pytest.raises(PhaseFault, match="transition 1 of 'ask' leads there, but another was always taken first"):
        check_phases(HASTY, writes=WRITES)
