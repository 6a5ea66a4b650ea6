"""The keys of one work."""

from __future__ import annotations

from trio_live import State
from trio_live.dispatch._internal import work_branch


def test_what_belongs_to_a_work_stays_with_it() -> None:
    state = State({"input": "outer", "_note": 1, "app:a": 1})
    work = work_branch(state, "inner", args={"request": "inner"})
    assert (work["input"], work["agent_tool_args"]) == ("inner", {"request": "inner"})
    assert "_note" not in work
    assert "input" not in work_branch(state, None)
    work.set("output", "reply")
    work.set("app:a", 2)
    assert state.to_dict() == {"input": "outer", "_note": 1, "app:a": 2}


def test_what_a_work_holds_counts_when_it_is_committed() -> None:
    state = State()
    work = work_branch(state, "q", holds=True)
    work.set("app:a", 2)
    assert state.to_dict() == {}
    work.commit()
    assert state.to_dict() == {"app:a": 2}
