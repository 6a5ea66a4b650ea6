"""Rules that the control plane keeps are watched all the same: here it is broken on purpose."""

from __future__ import annotations

import pytest

from tests.testing.agents import with_tools
from trio_live.control import _talk_of_calls
from trio_live.phases import Phase, Ready, StatePredicate, Transition, _graph
from trio_live.phases._internal import ToolSplit
from trio_live.testing._story import CallFunction, Turn, Write, tell

YES: StatePredicate = lambda _: True  # noqa: E731  # a predicate is a value here


def test_a_story_is_told_moment_by_moment() -> None:
    first = Phase("a", "x", needs=["k"], transitions=[Transition("b", lambda state: state.is_known("k"))])
    live = with_tools().phases(first, Phase("b", "x")).initial_phase("a")
    telling = tell(live, (Turn(), Write("k", 1), Turn(), CallFunction("f")), ["f"])
    assert telling.complaint is None
    assert [(m.steps, m.phase, set(m.met)) for m in telling.moments] == [
        (0, "a", set()),
        (1, "a", set()),
        (2, "a", {"k"}),
        (3, "b", set()),
        (4, "b", set()),
    ]
    assert [obstacle.what for obstacle in telling.moments[1].obstacles] == ["its guard says no"]
    assert [obstacle.what for obstacle in telling.moments[2].obstacles] == [""]


def test_a_tool_outside_its_phase_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    live = with_tools().phases(Phase("a", "x", tools_enabled=[])).initial_phase("a")
    assert tell(live, (CallFunction("f"),), []).complaint is None
    monkeypatch.setattr(_talk_of_calls, "split_calls", lambda calls, *_: ToolSplit(tuple(calls), ()))
    complaint = tell(live, (CallFunction("f"),), []).complaint
    assert complaint is not None
    assert (complaint.phase, complaint.what) == ("a", "ran the tool 'f', which is not one of its tools")


def test_leaving_a_terminal_phase_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    phases = [Phase("a", "x", transitions=[Transition("b", lambda _: False)], terminal=True), Phase("b", "x")]
    live = with_tools().phases(*phases).initial_phase("a")
    assert tell(live, (Turn(),), []).complaint is None
    monkeypatch.setattr(_graph, "evaluate_transitions", lambda *_: Ready("b", 0))
    complaint = tell(live, (Turn(),), []).complaint
    assert complaint is not None
    assert (complaint.phase, complaint.what) == ("a", "is terminal, and was left for 'b'")
