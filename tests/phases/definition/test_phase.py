from __future__ import annotations

import attrs
import pytest

from trio_live.phases import Phase, PhasePreparation, Static, Transition
from trio_live.state import State


def test_a_phase_is_little_by_default() -> None:
    phase = Phase("menu")
    assert attrs.asdict(phase, recurse=False) == {
        "name": "menu",
        "instruction": Static(""),
        "tools_enabled": None,
        "tool_guards": (),
        "guard": None,
        "on_enter": None,
        "on_exit": None,
        "transitions": (),
        "terminal": False,
        "modifiers": (),
        "prompt_on_enter": None,
        "on_enter_context": None,
        "needs": (),
        "requires": (),
        "preparations": (),
        "presents": (),
        "clear_on_enter": (),
    }


def test_a_phase_is_frozen_and_shares_no_list_with_its_maker() -> None:
    keys = ["a"]
    phase = Phase("menu", needs=keys)
    keys.append("b")
    assert phase.needs == ("a",)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        phase.name = "other"  # type: ignore[misc]  # the mistake


def test_a_bare_string_is_one_name_not_its_letters() -> None:
    assert Phase("menu", needs="dish", tools_enabled="cook").needs == ("dish",)
    assert Phase("menu", tools_enabled="cook").tools_enabled == ("cook",)


def test_missing_requirements_keep_their_declared_order(state: State) -> None:
    phase = Phase("pay", requires=["c", "a", "b"], needs=["z", "y"])
    assert phase.missing_requirements(state) == ("c", "a", "b")
    state.set("a", 0)
    state.set("c", None)
    state.set("derived:b", "computed")
    assert phase.missing_requirements(state) == ("c",), "null is not known, a computed value is"
    state.set("y", value=False)
    assert phase.missing_needs(state) == ("z",)


def test_a_transition_describes_itself_only_on_wish() -> None:
    assert Transition("a", lambda _: True).description is None


def test_a_preparation_has_no_limits_unless_given() -> None:
    async def load(*_: object) -> None: ...

    preparation = PhasePreparation("load", ["account"], load)
    assert (preparation.timeout, preparation.retry_after, preparation.produces) == (None, None, ("account",))
