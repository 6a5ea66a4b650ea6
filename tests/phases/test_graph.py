from __future__ import annotations

import pytest

from trio_live.errors import ConfigError
from trio_live.phases import Blocked, CustomAppend, Phase, PhaseMachine, PhasePreparation, SteeringMode, Transition
from trio_live.phases._internal import ErrorReporter
from trio_live.state import State


def broken(state: State) -> bool:
    return bool(state["gone"])


def test_a_machine_begins_in_its_initial_phase(report: ErrorReporter) -> None:
    machine = PhaseMachine([Phase("a"), Phase("b")], "b", now=7.0, report=report)
    assert (machine.current, machine.initial, machine.current_phase) == ("b", "b", Phase("b"))
    assert (machine.history, machine.entered_at, machine.steering) == ((), 7.0, SteeringMode.INSTRUCTION_UPDATE)


def test_p1_phases_that_make_no_machine_are_refused_with_every_mistake(report: ErrorReporter) -> None:
    with pytest.raises(ConfigError) as caught:
        PhaseMachine([Phase("a", transitions=[Transition("x", broken)])], "z", now=0.0, report=report)
    assert len(caught.value.problems) == 2
    with pytest.raises(ConfigError):
        PhaseMachine([], "a", now=0.0, report=report)


def test_a_phase_given_twice_makes_no_machine(report: ErrorReporter) -> None:
    with pytest.raises(ConfigError, match="which of them is meant"):
        PhaseMachine([Phase("a", "old"), Phase("a", "new")], "a", now=0.0, report=report)


def test_the_phases_cannot_be_changed_from_outside(report: ErrorReporter) -> None:
    machine = PhaseMachine([Phase("a")], "a", now=0.0, report=report)
    with pytest.raises(TypeError):
        machine.phases["b"] = Phase("b")  # type: ignore[index]  # the mistake


def test_fix_a_raising_guard_is_told_once_in_a_turn(
    state: State, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    machine = PhaseMachine([Phase("a", transitions=[Transition("a", broken)])], "a", now=0.0, report=report)
    assert machine.evaluate_for_transition(state) is None
    assert machine.evaluate(state) is None
    assert len(reports) == 1
    state.set("session:turn_count", 1)
    assert machine.evaluate(state) is None
    assert [where for where, _ in reports] == ["phase 'a' transition 0 (to 'a') guard"] * 2


def test_evaluate_names_what_is_ready_and_nothing_else(state: State, report: ErrorReporter) -> None:
    async def load(*_: object) -> None: ...

    target = Phase("b", requires=["k"], preparations=[PhasePreparation("load", ["k"], load)])
    machine = PhaseMachine(
        [Phase("a", transitions=[Transition("b", lambda _: True)]), target], "a", now=0.0, report=report
    )
    assert machine.evaluate_for_transition(state) == Blocked("b", 0, ("k",))
    assert machine.evaluate(state) is None
    state.set("k", 1)
    assert machine.evaluate(state) == ("b", 0)


@pytest.mark.parametrize("mode", SteeringMode)
def test_instruction_and_steering_follow_the_mode(mode: SteeringMode, state: State, report: ErrorReporter) -> None:
    phase = Phase("a", "Serve.", modifiers=[CustomAppend(lambda _: "Smile.")])
    machine = PhaseMachine([phase], "a", now=0.0, report=report, steering=mode)
    said = (machine.instruction_text(state), machine.steering_text(state))
    baked = mode in {SteeringMode.INSTRUCTION_UPDATE, SteeringMode.CONTEXT_UPDATE}
    assert said == (("Serve.\n\nSmile.", None) if baked else ("Serve.", "Smile."))
