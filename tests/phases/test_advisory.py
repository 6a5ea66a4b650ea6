from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.phases import Phase
from trio_live.phases._internal import ToolAdvisory, advise_tools, publish_active_tools, split_calls
from trio_live.state import State
from trio_live.wire import FunctionCall, FunctionResponse


def advise(state: State, tools: list[str] | None) -> str | None:
    advisory = advise_tools(Phase("a", tools_enabled=tools), state)
    publish_active_tools(state, advisory.active_tools)
    return advisory.line


def test_a_new_list_is_told_and_an_unchanged_one_is_not(state: State) -> None:
    assert advise(state, ["cook", "serve"]) == "Tools available in this phase: cook, serve. Do not call any other."
    assert advise(state, ["cook", "serve"]) is None
    assert advise(state, ["cook"]) is not None
    assert advise(state, []) == "No tools are available in this phase; do not call any."


def test_fix_a_phase_without_a_list_lifts_the_limit_and_it_can_be_told_again(state: State) -> None:
    assert advise(state, None) is None, "no limit was ever told"
    first = advise(state, ["cook"])
    assert advise(state, None) == "All tools are available again."
    assert "session:active_tools" not in state
    assert advise(state, None) is None
    assert advise(state, ["cook"]) == first


def test_advising_decides_and_writes_nothing(state: State) -> None:
    assert advise_tools(Phase("a", tools_enabled=["cook"]), state).active_tools == ("cook",)
    assert advise_tools(Phase("a"), state) == ToolAdvisory(None, None)
    assert state.mutation_cursor() == 0


@given(st.lists(st.none() | st.lists(st.sampled_from("xyz"), unique=True)))
def test_p28_the_active_tools_are_the_current_phases_list(phases: list[list[str] | None]) -> None:
    state = State()
    for tools in phases:
        advise(state, tools)
        assert state.get("session:active_tools") == tools
        assert ("session:active_tools" in state) == (tools is not None)


def test_a_call_outside_the_phase_is_answered_with_an_error() -> None:
    cook, pay = FunctionCall("1", "cook", {"dish": "soup"}), FunctionCall("2", "pay")
    split = split_calls([cook, pay], ("cook",))
    assert split.allowed == (cook,)
    error = {"error": "Tool 'pay' is not available in the current conversation phase."}
    assert split.rejected == (FunctionResponse("2", "pay", error),)


@given(st.lists(st.sampled_from("xyz")), st.none() | st.lists(st.sampled_from("xyz"), unique=True).map(tuple))
def test_p27_every_call_is_either_allowed_or_answered(names: list[str], tools: tuple[str, ...] | None) -> None:
    calls = [FunctionCall(str(number), name) for number, name in enumerate(names)]
    split = split_calls(iter(calls), tools)
    answered = [call.id for call in split.allowed] + [response.id for response in split.rejected]
    assert sorted(answered, key=lambda i: int(i or 0)) == [call.id for call in calls]
    assert all(tools is None or call.name in tools for call in split.allowed)
    assert all(tools is not None and response.name not in tools for response in split.rejected)
