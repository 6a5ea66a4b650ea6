from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trio_live.phases import Phase, ToolGuard
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


def unreported(where: str, error: Exception) -> None:
    raise AssertionError(where) from error


def test_a_guarded_tool_is_refused_with_the_reason_until_its_guard_holds(state: State) -> None:
    phase = Phase("a", tool_guards=[ToolGuard("pay", lambda state: bool(state.get("sure")), "nobody is sure")])
    calls = [FunctionCall("1", "cook"), FunctionCall("2", "pay")]
    split = split_calls(calls, phase, state, unreported)
    assert split.allowed == (calls[0],)
    assert split.rejected[0].response == {
        "status": "refused",
        "error": "Tool 'pay' may not be used yet: nobody is sure",
        "reason": "nobody is sure",
        "retry": True,
    }
    state.set("sure", True)
    assert split_calls(calls, phase, state, unreported).allowed == tuple(calls)


def test_a_guard_of_a_tool_that_raises_says_no_and_is_reported(state: State) -> None:
    told: list[str] = []
    phase = Phase("a", tool_guards=[ToolGuard("pay", lambda state: bool(state["nothing"]), "no")])
    split = split_calls([FunctionCall("2", "pay")], phase, state, lambda where, _: told.append(where))
    assert (split.allowed, told) == ((), ["phase 'a' guard of the tool 'pay'"])


def test_a_call_outside_the_phase_is_answered_with_an_error() -> None:
    cook, pay = FunctionCall("1", "cook", {"dish": "soup"}), FunctionCall("2", "pay")
    split = split_calls([cook, pay], Phase("a", tools_enabled=("cook",)), State(), unreported)
    assert split.allowed == (cook,)
    error = {
        "status": "error",
        "error": "Tool 'pay' is not available in the current conversation phase.",
        "retry": False,
    }
    assert split.rejected == (FunctionResponse("2", "pay", error),)


@given(st.lists(st.sampled_from("xyz")), st.none() | st.lists(st.sampled_from("xyz"), unique=True).map(tuple))
def test_p27_every_call_is_either_allowed_or_answered(names: list[str], tools: tuple[str, ...] | None) -> None:
    calls = [FunctionCall(str(number), name) for number, name in enumerate(names)]
    split = split_calls(iter(calls), Phase("a", tools_enabled=tools), State(), unreported)
    answered = [call.id for call in split.allowed] + [response.id for response in split.rejected]
    assert sorted(answered, key=lambda i: int(i or 0)) == [call.id for call in calls]
    assert all(tools is None or call.name in tools for call in split.allowed)
    assert all(tools is not None and response.name not in tools for response in split.rejected)
