from __future__ import annotations

import pytest

from trio_live.phases import Phase, is_presented, presented_key
from trio_live.phases._definition._keys import enter_phase_keys, mark_presented, publish_phase, turn_count
from trio_live.phases._internal import publish_active_tools
from trio_live.state import State


@pytest.mark.parametrize("value", [None, False, 1, "true", [True], {}])
def test_a_concept_counts_as_presented_only_when_true_is_stored(state: State, value: object) -> None:
    assert not is_presented(state, "terms")
    state.set(presented_key("terms"), value)
    assert not is_presented(state, "terms")
    state.set("presented:terms", value=True)
    assert is_presented(state, "terms")


def test_lists_of_the_phase_are_published_and_removed_when_empty(state: State) -> None:
    publish_phase(state, Phase("a", needs=["x", "y"], requires=["z"]))
    assert state.to_dict() == {
        "session:phase": "a",
        "session:phase_needs": ["x", "y"],
        "session:phase_requires": ["z"],
    }
    publish_phase(state, Phase("b"))
    assert state.to_dict() == {"session:phase": "b"}


def test_publishing_the_same_again_leaves_no_record(state: State) -> None:
    phase = Phase("a", needs=["x"], presents=["c"])
    publish_phase(state, phase)
    mark_presented(state, phase)
    publish_active_tools(state, ("t",))
    cursor = state.mutation_cursor()
    publish_phase(state, phase)
    mark_presented(state, phase)
    publish_active_tools(state, ("t",))
    assert state.mutation_cursor() == cursor


def test_no_tool_list_and_an_empty_one_are_two_things(state: State) -> None:
    publish_active_tools(state, ())
    assert state["session:active_tools"] == []
    publish_active_tools(state, None)
    assert "session:active_tools" not in state


def test_a_key_cleared_and_presented_ends_up_presented(state: State) -> None:
    phase = Phase("a", clear_on_enter=["presented:terms", "agreed"], presents=["terms"])
    state.set("agreed", value=True)
    enter_phase_keys(state, phase)
    assert state.to_dict() == {"presented:terms": True}


def test_an_absent_turn_count_is_zero(state: State) -> None:
    assert turn_count(state) == 0
    state.set("session:turn_count", 4)
    assert turn_count(state) == 4
