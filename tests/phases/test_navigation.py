from __future__ import annotations

from trio_live.phases import Guard, Phase, PhasePreparation, PhaseTransition, Transition
from trio_live.phases._internal import ErrorReporter
from trio_live.phases._navigation import describe_navigation
from trio_live.state import State


def yes(_state: State) -> bool:
    return True


async def nothing(*_: object) -> None: ...


def went(from_: str, to: str, turn: int) -> PhaseTransition:
    return PhaseTransition(from_=from_, to=to, turn=turn, timestamp=0.0, trigger=Guard(0), duration_in_phase=0.0)


PHASES = {
    phase.name: phase
    for phase in [
        Phase("hello", "Welcome the guest. Be short.", transitions=[Transition("order", yes)]),
        Phase(
            "order",
            " Take the order. Never hurry. ",
            needs=["dish", "size"],
            presents=["menu"],
            transitions=[Transition("pay", yes, "when the order is complete"), Transition("hello", yes)],
        ),
        Phase(
            "pay",
            "Take the money",
            requires=["total", "card"],
            preparations=[PhasePreparation("add up", ["total"], nothing), PhasePreparation("ask bank", [], nothing)],
            transitions=[Transition("bye", yes)],
        ),
        Phase("bye", "Say goodbye.", terminal=True, transitions=[Transition("hello", yes)]),
    ]
}


def test_the_lines_stand_in_their_order(state: State, report: ErrorReporter) -> None:
    state.set("size", 2)
    state.set("card", "visa")
    state.set("presented:menu", value=True)
    history = [went("a", "b", 0), went("b", "hello", 1), went("hello", "pay", 2), went("pay", "order", 5)]
    assert describe_navigation(PHASES, "order", history, state, report).splitlines() == [
        "[Navigation]",
        "Current phase: order (Take the order)",
        "Previous: b (turn 1), hello (turn 2), pay (turn 5)",
        "Still needed: dish",
        "Blocked: pay requires total",
        "Prepared by: add up, ask bank",
        "Presented: menu",
        "Possible next:",
        "- pay: when the order is complete",
        "- hello",
    ]


def test_lines_with_nothing_to_say_are_left_out(state: State, report: ErrorReporter) -> None:
    assert describe_navigation(PHASES, "hello", [], state, report).splitlines() == [
        "[Navigation]",
        "Current phase: hello (Welcome the guest)",
        "Possible next:",
        "- order",
    ]


def test_a_terminal_phase_is_called_the_final_one(state: State, report: ErrorReporter) -> None:
    assert describe_navigation(PHASES, "bye", [], state, report).splitlines()[-2:] == [
        "Current phase: bye (Say goodbye)",
        "This is the final phase.",
    ]


def test_a_phase_entered_by_force_says_what_it_lacks(state: State, report: ErrorReporter) -> None:
    assert "Blocked: pay requires total, card" in describe_navigation(PHASES, "pay", [], state, report)


def test_an_unknown_phase_has_a_header_only(state: State, report: ErrorReporter) -> None:
    assert describe_navigation(PHASES, "nowhere", [went("a", "b", 1)], state, report) == "[Navigation]"


def test_a_phase_without_a_goal_is_just_named(
    state: State, report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    phases = {"a": Phase("a"), "b": Phase("b", lambda s: str(s["gone"]))}
    assert describe_navigation(phases, "a", [], state, report) == "[Navigation]\nCurrent phase: a"
    assert describe_navigation(phases, "b", [], state, report) == "[Navigation]\nCurrent phase: b"
    assert [where for where, _ in reports] == ["phase 'b' instruction"]
