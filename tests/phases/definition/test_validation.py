from __future__ import annotations

from typing import Any

import pytest

from trio_live.events import SessionWriter
from trio_live.phases import Conditional, CustomAppend, Phase, PhasePreparation, ToolGuard, Transition
from trio_live.phases._definition._validation import ERRORS, WARNINGS
from trio_live.phases._internal import PhaseFindings, validate_phases
from trio_live.state import State


def yes(_state: State) -> bool:
    return True


async def async_yes(_state: State) -> bool:
    return True


async def nothing(*_: object) -> None: ...


class AsyncYes:
    async def __call__(self, _state: State) -> bool:
        return True


NOT_PLAIN: Any = async_yes
NOT_PLAIN_OBJECT: Any = AsyncYes()


def ways(*targets: str) -> list[Transition]:
    return [Transition(target, yes) for target in targets]


def errors(*phases: Phase, initial: str | None = "a", **known: Any) -> tuple[str, ...]:
    return validate_phases(phases, initial, **known).errors


def warnings(*phases: Phase, **known: Any) -> tuple[str, ...]:
    """Of these phases behind one that leads to all of them."""
    a = Phase("a", "Be a.", transitions=ways(*(phase.name for phase in phases)))
    return validate_phases([a, *phases], "a", **known).warnings


def test_sound_phases_have_nothing_said_about_them() -> None:
    phases = [
        Phase("a", "Be a.", needs=["k"], transitions=ways("b"), tools_enabled=["cook"]),
        Phase("b", "Be b.", requires=["k"], terminal=True),
    ]
    assert validate_phases(phases, "a", known_tools=["cook"]) == PhaseFindings()


def test_without_phases_and_without_an_initial_one_there_is_no_machine_and_no_mistake() -> None:
    assert validate_phases([], None) == PhaseFindings()


def test_fix_phases_without_an_initial_one_are_an_error() -> None:
    assert errors(Phase("a"), Phase("b"), initial=None) == (
        "There are phases ('a', 'b') but no initial phase, so none of them would ever begin.",
    )


def test_an_initial_phase_needs_to_be_there() -> None:
    assert errors() == ("The initial phase is 'a', but there are no phases.",)
    assert errors(Phase("b")) == ("The initial phase 'a' is not among the phases.",)


def test_a_guard_of_a_tool_that_is_not_offered_is_an_error() -> None:
    guard = ToolGuard("pay", lambda _: True, "no")
    assert errors(Phase("a", tools_enabled=["cook"], tool_guards=[guard])) == (
        "Phase 'a' guards the tool 'pay', which it does not offer.",
    )
    assert errors(Phase("a", tool_guards=[guard, guard])) == (
        "Phase 'a' guards the tool 'pay' 2 times; say all of it in one guard.",
    )


def test_a_target_that_is_no_phase_is_named_with_the_phase() -> None:
    assert errors(Phase("a", transitions=ways("a", "x"))) == ("Phase 'a', transition 1: there is no phase 'x'.",)


def plain_hook(state: State, writer: SessionWriter) -> None: ...


async def narrow_hook(state: State) -> None: ...


@pytest.mark.parametrize(("hook", "why"), [(plain_hook, "must be an async function"), (narrow_hook, "(state, writer)")])
def test_a_hook_that_cannot_be_called_and_awaited_is_an_error(hook: Any, why: str) -> None:
    entering, leaving, preparing = errors(
        Phase("a", on_enter=hook, on_exit=hook, preparations=[PhasePreparation("look up", "k", hook)])
    )
    assert "the on_enter hook " in entering
    assert "the on_exit hook " in leaving
    assert "the preparation 'look up' " in preparing
    assert all(why in problem for problem in (entering, leaving, preparing))


def test_names_must_be_names() -> None:
    assert errors(Phase("a"), Phase("")) == ("Phase number 1 has no name.",)
    odd: Any = [3]
    assert errors(Phase("a", needs=odd, presents=[""])) == (
        "Phase 'a': needs holds something that is not a name.",
        "Phase 'a': presents holds something that is not a name.",
    )


@pytest.mark.parametrize(
    ("phase", "what"),
    [
        (Phase("a", guard=NOT_PLAIN), "entry guard"),
        (Phase("a", guard=NOT_PLAIN_OBJECT), "entry guard"),
        (Phase("a", NOT_PLAIN), "instruction"),
        (Phase("a", on_enter_context=NOT_PLAIN), "on_enter_context"),
        (Phase("a", transitions=[*ways("a"), Transition("a", NOT_PLAIN)]), "guard of transition 1"),
        (Phase("a", modifiers=[CustomAppend(NOT_PLAIN)]), "function of modifier 0"),
        (Phase("a", modifiers=[Conditional(NOT_PLAIN, "x")]), "function of modifier 0"),
    ],
)
def test_a_question_that_is_async_would_always_be_answered_yes(phase: Phase, what: str) -> None:
    assert errors(phase) == (f"Phase 'a': the {what} must be a plain function; an async one cannot be awaited here.",)


def test_times_of_preparations_must_make_sense() -> None:
    preparations = [
        PhasePreparation("one", [], nothing, timeout=0.0),
        PhasePreparation("two", [], nothing, timeout=float("nan"), retry_after=-1.0),
        PhasePreparation("three", [], nothing, timeout=1.0, retry_after=0.0),
    ]
    assert len(errors(Phase("a", preparations=preparations))) == 3


def test_fix_an_unknown_tool_is_an_error_where_the_tools_are_known() -> None:
    phase = Phase("a", tools_enabled=["cook", "cok"])
    assert errors(phase) == ()
    assert errors(phase, known_tools=["serve", "cook"]) == (
        "Phase 'a' enables the tool 'cok', which is not declared; declared are cook, serve.",
    )
    assert errors(phase, known_tools=[]) == (
        "Phase 'a' enables the tool 'cook', which is not declared; no tool is declared.",
        "Phase 'a' enables the tool 'cok', which is not declared; no tool is declared.",
    )


def test_every_mistake_is_reported_at_once() -> None:
    found = errors(
        Phase("b", transitions=ways("x", "y"), guard=NOT_PLAIN, tools_enabled=["t"]), Phase(""), known_tools=[]
    )
    assert len(found) == 6


def test_a_phase_given_twice_is_a_mistake() -> None:
    found = errors(Phase("b", "1"), Phase("b", "2"), Phase("b", "3"))
    assert "Phase 'b' is given 3 times; which of them is meant?" in found


def test_a_phase_that_leads_only_to_itself_is_worth_a_warning() -> None:
    circles = ("Phase 'b' is not terminal, but its only transitions lead to itself.",)
    assert warnings(Phase("b", "x", transitions=ways("b", "b"))) == circles
    assert warnings(Phase("b", "x", transitions=ways("b", "a"))) == ()
    assert warnings(Phase("b", "x")) == ()


def never_entered(*phases: Phase) -> list[str]:
    said = [each for each in validate_phases(phases, "a").warnings if each.endswith("it is never entered.")]
    return [each.partition("to the phase ")[2].split(";")[0] for each in said]


def test_a_phase_that_no_transitions_lead_to_is_worth_a_warning() -> None:
    (said,) = validate_phases([Phase("a", "x", transitions=ways("c")), Phase("b", "x"), Phase("c", "x")], "a").warnings
    assert said.startswith("No transitions lead from 'a', where the talk begins, to the phase 'b'; without ")
    assert said.endswith(" `transition_to` it is never entered.")
    around = [Phase("a", transitions=ways("b")), Phase("b", transitions=ways("c")), Phase("c", transitions=ways("a"))]
    assert never_entered(*around) == []


def test_transitions_that_never_fire_lead_nowhere() -> None:
    assert never_entered(Phase("a", terminal=True, transitions=ways("b")), Phase("b")) == ["'b'"]


def test_of_phases_behind_one_that_is_never_entered_only_that_one_is_told() -> None:
    row = [Phase("d"), Phase("c", transitions=ways("d")), Phase("b", transitions=ways("c"))]
    assert never_entered(Phase("a"), *row) == ["'b'"]
    ring = [Phase("b", transitions=ways("c")), Phase("c", transitions=ways("b", "d")), Phase("d")]
    assert never_entered(Phase("a"), *ring) == ["'b'"], "one for a ring, and it is not told twice"
    assert never_entered(
        Phase("a"), Phase("b", transitions=ways("d")), Phase("c", transitions=ways("d")), Phase("d")
    ) == [
        "'b'",
        "'c'",
    ]


def test_transitions_of_a_terminal_phase_are_worth_a_warning() -> None:
    assert warnings(Phase("b", "x", terminal=True, transitions=ways("b"))) == (
        "Phase 'b' is terminal, so its transitions never fire.",
    )


@pytest.mark.parametrize(
    ("other", "known"),
    [
        (Phase("c", "x", needs=["k"]), {}),
        (Phase("c", "x", preparations=[PhasePreparation("load", ["k"], nothing)]), {}),
        (Phase("c", "x"), {"produced_keys": ["k"]}),
        (Phase("c", "x"), {"produced_keys": ["derived:k"]}),
    ],
)
def test_a_requirement_that_nothing_sets_is_worth_a_warning(other: Phase, known: dict[str, list[str]]) -> None:
    phase = Phase("b", "x", requires=["k"])
    assert warnings(phase) == ("Phase 'b' requires 'k', which nothing known here sets.",)
    assert warnings(phase, other, **known) == ()


def test_presented_concepts_and_session_keys_are_set_by_the_session() -> None:
    requires = ["presented:terms", "session:turn_count"]
    assert warnings(Phase("b", "x", requires=requires), Phase("c", "x", presents=["terms"])) == ()


def test_a_requirement_cleared_on_entry_is_worth_a_warning() -> None:
    assert warnings(Phase("b", "x", needs=["k"], requires=["k"], clear_on_enter=["k"])) == (
        "Phase 'b' requires 'k' to be entered, and then clears it.",
    )


def test_a_phase_that_tells_the_model_nothing_is_worth_a_warning() -> None:
    assert warnings(Phase("b"), Phase("c", lambda _: "")) == (
        "Phase 'b' has no instruction; the one the model got before it stays in force.",
    )


def test_no_rule_stands_in_both_tables() -> None:
    assert not set(ERRORS) & set(WARNINGS)


@pytest.mark.parametrize("key", ["session:phase", "session:turn_count", "session:is_user_speaking"])
def test_a_key_that_the_session_writes_itself_is_none_to_clear(key: str) -> None:
    found = errors(Phase("a", "x", clear_on_enter=["session:yours", key]))
    assert found == (f"Phase 'a': clear_on_enter names {key!r}, which only the session itself writes.",)
