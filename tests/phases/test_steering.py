from __future__ import annotations

import pytest

from trio_live.phases import Conditional, CustomAppend, Phase, StateAppend, SteeringMode
from trio_live.phases._internal import STEERING, ErrorReporter
from trio_live.phases._steering import instruction_text, steering_text
from trio_live.state import State

MODIFIED = Phase("menu", "Serve.", modifiers=[StateAppend(["name"]), Conditional(lambda _: True, "Smile.")])


def test_every_mode_has_a_row() -> None:
    assert set(STEERING) == set(SteeringMode)


@pytest.mark.parametrize("mode", SteeringMode)
def test_p25_modifiers_are_said_by_exactly_one_of_two_roads(
    mode: SteeringMode, state: State, report: ErrorReporter
) -> None:
    state.set("name", "Ann")
    instruction = instruction_text(MODIFIED, mode, state, report) or ""
    context = steering_text(MODIFIED, mode, state, report) or ""
    assert (instruction + context).count("name=Ann") == 1
    assert (instruction + context).count("Smile.") == 1
    assert instruction.startswith("Serve.")


def test_fix_outside_instruction_updates_the_instruction_comes_bare(state: State, report: ErrorReporter) -> None:
    assert instruction_text(MODIFIED, SteeringMode.HYBRID, state, report) == "Serve."
    assert instruction_text(MODIFIED, SteeringMode.CONTEXT_INJECTION, state, report) == "Serve."
    assert instruction_text(MODIFIED, SteeringMode.INSTRUCTION_UPDATE, state, report) == "Serve.\n\nSmile."


def test_the_steering_lines_make_one_text_in_order(state: State, report: ErrorReporter) -> None:
    state.set("name", "Ann")
    phase = Phase("a", "x", modifiers=[*MODIFIED.modifiers, CustomAppend(lambda _: "Hurry.")])
    text = steering_text(phase, SteeringMode.HYBRID, state, report)
    assert text == "Current context: name=Ann\nSmile.\nHurry."


def test_there_is_no_steering_text_without_anything_to_say(state: State, report: ErrorReporter) -> None:
    phase = Phase("a", "x", modifiers=[StateAppend(["name"]), CustomAppend(lambda _: "")])
    assert steering_text(phase, SteeringMode.CONTEXT_INJECTION, state, report) is None


@pytest.mark.parametrize("mode", SteeringMode)
def test_modifiers_without_an_instruction_never_replace_the_prompt(
    mode: SteeringMode, state: State, report: ErrorReporter
) -> None:
    phase = Phase("a", modifiers=[CustomAppend(lambda _: "Hurry.")])
    assert instruction_text(phase, mode, state, report) is None


def test_a_raising_modifier_is_told_and_the_others_speak(
    state: State, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    phase = Phase(
        "a", "Serve.", modifiers=[CustomAppend(lambda s: str(s["gone"])), Conditional(lambda _: True, "Yes.")]
    )
    assert instruction_text(phase, SteeringMode.INSTRUCTION_UPDATE, state, report) == "Serve.\n\nYes."
    assert [where for where, _ in reports] == ["phase 'a' modifier 0"]


def test_a_raising_instruction_is_told_and_nothing_is_sent(
    state: State, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    phase = Phase("a", lambda s: str(s["gone"]), modifiers=[CustomAppend(lambda _: "Hurry.")])
    assert instruction_text(phase, SteeringMode.INSTRUCTION_UPDATE, state, report) is None
    assert [where for where, _ in reports] == ["phase 'a' instruction"]
