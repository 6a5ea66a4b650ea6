from __future__ import annotations

import pytest

from trio_live.phases import Phase, PhaseBuilder, PhasePreparation, Transition
from trio_live.phases._internal import Verdict, explain
from trio_live.state import State


def known(key: str) -> object:
    return lambda state: state.is_known(key)


def broken(state: State) -> bool:
    return bool(state["nothing"])


async def prepare(*_: object) -> None: ...


def phases() -> dict[str, Phase]:
    listed = [
        Phase(
            "ask",
            needs=["name", "day"],
            tools_enabled=["look"],
            transitions=[
                Transition("pay", lambda state: bool(state.get("rich")), "when they pay"),
                Transition("book", lambda _: True),
                Transition("odd", broken),
            ],
        ),
        Phase("pay", guard=lambda state: bool(state.get("open"))),
        Phase("book", requires=["name", "slot"], preparations=[PhasePreparation("find", ["slot"], prepare)]),
        Phase("odd"),
        Phase("end", terminal=True, transitions=[Transition("ask", lambda _: True)]),
    ]
    return {phase.name: phase for phase in listed}


def test_every_guard_need_and_requirement_is_shown_with_its_truth(state: State) -> None:
    state.set("name", "Ann")
    told = explain(phases(), "ask", state)
    assert (told.phase, told.terminal, told.tools) == ("ask", False, ("look",))
    assert told.needs == {"name": True, "day": False}
    pay, book, odd = told.ways
    assert (pay.guard, pay.entry_guard, pay.description) == (Verdict(False), Verdict(False), "when they pay")
    assert (book.guard, book.requires, book.preparations) == (Verdict(True), {"name": True, "slot": False}, ("find",))
    assert odd.guard == Verdict(False, "KeyError: 'nothing'")
    assert [way.is_open for way in told.ways] == [False, False, False]


def test_a_guarded_tool_is_shown_with_its_guard(state: State) -> None:
    phase = PhaseBuilder("a").tool_guard("pay", lambda state: bool(state.get("sure")), "nobody is sure").done()
    told = explain({"a": phase}, "a", state)
    assert told.tool_guards == {"pay": Verdict(False)}
    assert "tool pay: its guard says no" in str(told)


def test_what_blocks_is_said_in_sentences(state: State) -> None:
    state.set("name", "Ann")
    told = explain(phases(), "ask", state)
    assert told.why_blocked("pay") == ("the guard says no", "the guard of phase 'pay' itself says no")
    assert told.why_blocked("book") == ("not known yet: slot; find may make it known",)
    assert told.why_blocked("odd") == ("the guard raised KeyError: 'nothing'",)
    assert told.why_blocked("end") == ("no transition leads from phase 'ask' to 'end'",)
    assert told.why_blocked("ask") == ()
    assert explain(phases(), "end", state).why_blocked("ask") == ("phase 'end' is terminal: no guard leads on from it",)


def test_nothing_blocks_an_open_way_but_an_open_one_before_it(state: State) -> None:
    state.update({"name": "Ann", "slot": 1, "rich": True})
    told = explain(phases(), "ask", state)
    assert told.why_blocked("book") == ()
    state.set("open", True)
    told = explain(phases(), "ask", state)
    assert told.why_blocked("pay") == ()
    assert told.why_blocked("book") == ("the transition to 'pay' is open too, and tried first",)


def test_an_explanation_reads_as_text(state: State) -> None:
    assert str(explain(phases(), "ask", state)).splitlines() == [
        "in phase 'ask'",
        "  need name: not known yet",
        "  need day: not known yet",
        "  to 'pay': the guard says no; the guard of phase 'pay' itself says no",
        "  to 'book': not known yet: name, slot; find may make it known",
        "  to 'odd': the guard raised KeyError: 'nothing'",
    ]
    assert str(explain(phases(), "end", state)).splitlines()[0] == "in phase 'end', which is terminal"


@pytest.mark.parametrize("name", ["ask", "end"])
def test_asking_changes_nothing(name: str, state: State) -> None:
    before = state.to_dict()
    explain(phases(), name, state)
    assert state.to_dict() == before
