from __future__ import annotations

import pytest

from trio_live.phases import Conditional, CustomAppend, Phase, PhaseDefaults, StateAppend
from trio_live.phases._internal import merge_defaults, navigation_context
from trio_live.state import State


def risky(state: State) -> bool:
    return state.get("risk") is True


def tell(_state: State) -> str:
    return "told"


class Narrative:
    def render(self, state: State) -> str:
        return f"[Caller] {state.get('name')}."


def test_every_call_makes_a_modifier_in_order() -> None:
    narrative = Narrative()
    defaults = (
        PhaseDefaults().with_state(["name"]).when(risky, "Care.").with_context(tell).context(narrative).navigation()
    )
    assert defaults.merged_into(Phase("a")).modifiers == (
        StateAppend(["name"]),
        Conditional(risky, "Care."),
        CustomAppend(tell),
        CustomAppend(narrative.render),
        CustomAppend(navigation_context),
    )


def test_every_call_returns_new_defaults() -> None:
    base = PhaseDefaults().with_state(["name"])
    one, two = base.when(risky, "1"), base.when(risky, "2")
    assert len(base.merged_into(Phase("a")).modifiers) == 1
    assert one.merged_into(Phase("a")).modifiers[-1] == Conditional(risky, "1")
    assert two.merged_into(Phase("a")).modifiers[-1] == Conditional(risky, "2")


def test_defaults_stand_in_front_of_the_phases_own() -> None:
    own = Phase("a", modifiers=[StateAppend(["own"])])
    (merged,) = merge_defaults([own], PhaseDefaults().with_state(["common"]))
    assert merged.modifiers == (StateAppend(["common"]), StateAppend(["own"]))
    assert own.modifiers == (StateAppend(["own"]),)


@pytest.mark.parametrize(
    ("phase", "default", "merged"),
    [(None, None, None), (None, True, True), (False, True, False), (True, False, True), (True, None, True)],
)
def test_fix_what_the_phase_says_about_prompting_wins(
    *, phase: bool | None, default: bool | None, merged: bool | None
) -> None:
    defaults = PhaseDefaults() if default is None else PhaseDefaults().prompt_on_enter(default)
    assert defaults.merged_into(Phase("a", prompt_on_enter=phase)).prompt_on_enter is merged


def test_the_navigation_text_is_read_when_it_is_needed(state: State) -> None:
    assert navigation_context(state) == ""
    state.set("session:navigation_context", "[Navigation]")
    assert navigation_context(state) == "[Navigation]"
