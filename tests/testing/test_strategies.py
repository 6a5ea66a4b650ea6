"""Drawn values are valid, and drawn stories find what is wrong with somebody's phases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from hypothesis import Phase as HypothesisPhase
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tests.testing.agents import agent
from trio_live import (
    ConfigError,
    FunctionCall,
    FunctionDeclaration,
    FunctionResponse,
    Live,
    State,
    ToolContext,
    wire_events,
)
from trio_live.events import SessionWriter
from trio_live.phases import Phase, PhaseMachine, StatePredicate, Transition
from trio_live.phases._internal import validate_phases
from trio_live.testing import Script, play_now
from trio_live.testing.strategies import (
    PhaseFault,
    check_phases,
    json_values,
    phase_machines,
    phases,
    scripts,
    session_events,
    states,
)

YES = st.just(value=True)


def knows(*keys: str) -> StatePredicate:
    return lambda state: all(state.is_known(key) for key in keys)


def door_is(number: int) -> StatePredicate:
    return lambda state: state.get("door") == number


def always(_: State) -> bool:
    return True


def with_phases(*given: Phase) -> Live:
    return agent().phases(*given).initial_phase(given[0].name)


def faults_of(live: Live, writes: dict[str, st.SearchStrategy[Any]], **choices: Any) -> PhaseFault:
    with pytest.raises(PhaseFault) as caught:
        check_phases(live, writes=writes, max_examples=choices.pop("max_examples", 30), **choices)
    return caught.value


# Values.


@given(phases("b"), states())
def test_a_drawn_phase_can_be_asked_everything(phase: Phase, state: State) -> None:
    assert phase.name == "b"
    assert set(phase.missing_requirements(state)) <= set(phase.requires)
    assert all(isinstance(transition.guard(state), bool) for transition in phase.transitions)


@given(phase_machines(), states())
def test_a_drawn_machine_is_valid(machine: PhaseMachine, state: State) -> None:
    machine.seed(state)
    assert validate_phases(machine.phases.values(), machine.initial).errors == ()
    assert machine.evaluate_for_transition(state) == machine.evaluate_for_transition(state)


def test_drawn_machines_go_somewhere() -> None:
    quick = settings(phases=[HypothesisPhase.generate], database=None)
    state = State({"k0": True})
    machine = find(phase_machines(), lambda machine: machine.evaluate(state) is not None, settings=quick)
    assert machine.evaluate(state) is not None


@given(session_events())
def test_drawn_events_are_a_connection(drawn: list[wire_events.SessionEvent]) -> None:
    assert isinstance(drawn[0], wire_events.Connected)
    assert isinstance(drawn[-1], wire_events.Disconnected)


@given(json_values())
def test_drawn_json_is_json(value: Any) -> None:
    State().set("key", value)


@settings(max_examples=30, deadline=None)
@given(scripts())
def test_a_drawn_script_can_be_played(script: Script) -> None:
    run = play_now(agent(), script)
    assert not run.unplayed
    assert not run.unanswered
    again = play_now(agent(), script)
    assert (again.events, again.sent) == (run.events, run.sent)


# Phases that are right.


def restaurant(**order: Any) -> Live:
    return with_phases(
        Phase("greet", "Hello.", transitions=[Transition("order", knows("name"))]),
        Phase("order", "Order.", needs=["dish"], transitions=[Transition("pay", knows("dish", "drink"))], **order),
        Phase("pay", "Pay.", requires=["card"], transitions=[Transition("bye", lambda s: s.get("paid", 0) > 5)]),
        Phase("bye", "Bye.", terminal=True),
    )


ANYTHING = {
    "name": st.text(max_size=3),
    "dish": st.sampled_from(["soup", "fish"]),
    "drink": st.just("tea"),
    "card": st.integers(0, 9),
    "paid": st.integers(0, 9),
}


def test_phases_that_are_right_pass() -> None:
    check_phases(restaurant(), writes=ANYTHING, max_examples=40)


def test_a_long_corridor_is_walked_to_its_end() -> None:
    doors = [Phase(f"p{n}", "x", transitions=[Transition(f"p{n + 1}", door_is(n))]) for n in range(5)]
    check_phases(with_phases(*doors, Phase("p5", "x")), writes={"door": st.integers(0, 5)}, max_examples=50)


def test_hooks_may_take_their_time_and_write() -> None:
    async def look_up(state: State, _: SessionWriter) -> None:
        await trio.sleep(5)
        state.set("found", value=True)

    first = Phase("first", "x", on_enter=look_up, transitions=[Transition("last", knows("found"))])
    check_phases(with_phases(first, Phase("last", "x")), writes={})


def test_a_state_of_the_agent_is_copied() -> None:
    state = State({"name": "Ann"})
    check_phases(restaurant().state(state), writes=ANYTHING, max_examples=20)
    assert state.to_dict() == {"name": "Ann"}


def test_an_agent_that_hangs_up_ends_its_story() -> None:
    async def leave(_: State, writer: SessionWriter) -> None:
        await writer.disconnect()

    last = Phase("last", "x", terminal=True, on_enter=leave)
    check_phases(with_phases(Phase("first", "x", transitions=[Transition("last", always)]), last), writes={})


# Phases that are wrong.


def test_a_phase_that_nothing_leads_to_is_named() -> None:
    (fault,) = faults_of(with_phases(Phase("a", "x"), Phase("island", "x")), {}).faults
    assert fault.phase == "island"
    assert "no phase that was reached leads there" in fault.what


def test_only_the_first_of_a_row_of_closed_phases_is_named() -> None:
    row = [Phase(f"p{n}", "x", transitions=[Transition(f"p{n + 1}", door_is(n))]) for n in range(4)]
    islands = [
        Phase("x", "x", transitions=[Transition("y", always)]),
        Phase("y", "x", transitions=[Transition("x", always)]),
    ]
    found = faults_of(with_phases(*row, Phase("p4", "x"), *islands), {"door": st.just(0)}).faults
    assert [fault.phase for fault in found] == ["p2", "x", "y"]


def test_a_guard_that_never_opens_is_named_with_the_way_to_it() -> None:
    writes = {**ANYTHING, "paid": st.integers(0, 5)}
    found = faults_of(restaurant(), writes)
    (fault,) = found.faults
    assert fault.phase == "bye"
    assert "transition 0 of 'pay' leads there, but its guard never said yes" in fault.what
    assert [str(step).split(" = ")[0] for step in fault.story if "=" in str(step)]
    assert len([step for step in fault.story if str(step) == "a turn"]) == 2
    assert "The story:\n  1. " in str(found)


def test_a_requirement_that_nobody_meets_is_named() -> None:
    writes = {key: values for key, values in ANYTHING.items() if key != "card"}
    first = faults_of(restaurant(), writes).faults[0]
    assert first.phase == "pay"
    assert "its guard said yes, but 'pay' requires 'card'" in first.what


def test_an_entry_guard_that_never_opens_is_named() -> None:
    shut = Phase("b", "x", guard=lambda _: False)
    (fault,) = faults_of(with_phases(Phase("a", "x", transitions=[Transition("b", always)]), shut), {}).faults
    assert "the entry guard of 'b' says no" in fault.what


def test_a_way_that_another_always_takes_first_is_named() -> None:
    ways = [Transition("b", always), Transition("c", always)]
    (fault,) = faults_of(with_phases(Phase("a", "x", transitions=ways), Phase("b", "x"), Phase("c", "x")), {}).faults
    assert fault.phase == "c"
    assert "another was always taken first" in fault.what
    assert str(fault) == f"phase 'c' {fault.what}."  # there is no story of what never happened


def test_a_way_out_of_a_terminal_phase_is_none() -> None:
    first = Phase("a", "x", terminal=True, transitions=[Transition("b", always)])
    (fault,) = faults_of(with_phases(first, Phase("b", "x")), {}).faults
    assert "'a' leads there, but is terminal" in fault.what


def test_a_need_that_nobody_meets_is_named() -> None:
    writes = {key: values for key, values in ANYTHING.items() if key != "paid"}
    found = faults_of(restaurant(presents=["menu"]), {**writes, "dish": st.none()}).faults
    assert [(fault.phase, "'dish'" in fault.what) for fault in found if "needs" in fault.what] == [("order", True)]
    assert all(fault.phase != "greet" for fault in found)


def test_a_guard_that_raises_is_found_with_the_shortest_story() -> None:
    def hasty(state: State) -> bool:
        return len(state["dish"]) > 3

    live = with_phases(
        Phase("a", "x", transitions=[Transition("b", knows("name"))]),
        Phase("b", "x", transitions=[Transition("a", hasty)]),
    )
    found = faults_of(live, {"name": st.just("Ann"), "dish": st.sampled_from(["soup", "fish"])})
    (fault,) = found.faults
    assert fault.phase == "b"
    assert "raised " in fault.what
    assert [str(step) for step in fault.story] == ["name = 'Ann'", "a turn", "a turn"]
    assert isinstance(found.__cause__, KeyError)


def test_a_hook_that_raises_at_the_beginning_needs_no_story() -> None:
    async def broken(_state: State, _writer: SessionWriter) -> None:
        raise OSError("no such kitchen")

    found = faults_of(with_phases(Phase("a", "x", on_enter=broken)), {})
    assert found.faults[0].story == ()
    assert "phase 'a' raised OSError: no such kitchen.\nIt takes no story" in str(found)


# Tools.


def with_tools(*given: Phase, ran: list[str] | None = None) -> Live:
    async def book(calls: Sequence[FunctionCall], state: State) -> list[FunctionResponse]:
        for call in calls:
            if ran is not None:
                ran.append(call.name)
            state.set("booked", (call.args or {}).get("guests", 0))
        return [FunctionResponse.of(call, {}) for call in calls]

    live = with_phases(*given).on_tool_call(book)
    return live.add_tool(FunctionDeclaration(name="book")).add_tool(FunctionDeclaration(name="pay"))


def test_a_tool_that_is_named_runs_and_opens_ways() -> None:
    ran: list[str] = []
    first = Phase("a", "x", tools_enabled=["book"], transitions=[Transition("b", lambda s: s.get("booked", 0) > 3)])
    live = with_tools(first, Phase("b", "x", tools_enabled=[]), ran=ran)
    check_phases(live, writes={}, tools={"book": st.fixed_dictionaries({"guests": st.integers(0, 6)})}, max_examples=30)
    assert set(ran) == {"book"}


def test_a_tool_that_is_not_named_does_not_run() -> None:
    ran: list[str] = []
    check_phases(with_tools(Phase("a", "x"), ran=ran), writes={}, max_examples=30)
    assert ran == []


def with_typed_tool(ran: list[int], *given: Phase) -> Live:
    async def book(guests: int, context: ToolContext) -> str:
        """Book a table."""
        await trio.lowlevel.checkpoint()
        ran.append(guests)
        context.state.set("booked", guests)
        return "booked"

    return with_phases(*given).tools(book)


def test_a_typed_tool_that_is_named_runs_too() -> None:
    ran: list[int] = []
    first = Phase("a", "x", tools_enabled=["book"], transitions=[Transition("b", lambda s: s.get("booked", 0) > 3)])
    live = with_typed_tool(ran, first, Phase("b", "x", tools_enabled=[]))
    check_phases(live, writes={}, tools={"book": st.fixed_dictionaries({"guests": st.integers(0, 6)})}, max_examples=30)
    assert max(ran) > 3


def test_a_typed_tool_that_is_not_named_does_not_run() -> None:
    ran: list[int] = []
    check_phases(with_typed_tool(ran, Phase("a", "x")), writes={}, max_examples=30)
    assert ran == []


# Mistakes.


def test_an_agent_without_phases_cannot_be_checked() -> None:
    with pytest.raises(ConfigError, match="needs an agent with phases"):
        check_phases(agent(), writes={})


def test_an_agent_that_does_not_compile_says_so() -> None:
    with pytest.raises(ConfigError, match="enables the tool 'fly'"):
        check_phases(with_tools(Phase("a", "x", tools_enabled=["fly"])), writes={})
