"""Text agents as tools."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from trio_live import FunctionCall, State, ToolContext, ToolDispatcher, ToolError
from trio_live.agents import FnTextAgent, agent_tool
from trio_live.errors import ToolErrorKind


@attrs.define
class Echo:
    """Reads its question again and again while others work."""

    seconds: list[float]

    async def run(self, state: State) -> str:
        mine = state["input"]
        for each in self.seconds:
            state.set("output", mine)
            state.set("_note", mine)
            await trio.sleep(each)
            assert (state["input"], state["output"], state["_note"]) == (mine, mine, mine)
            assert state["agent_tool_args"] == {"request": mine}
        state.set(f"app:{mine}", "shared")
        return f"{mine}!"


WAITS = st.lists(st.sampled_from([0.0, 0.5, 1.0, 1.5]), min_size=1, max_size=4)


@given(st.lists(WAITS, min_size=2, max_size=4))
def test_k10_two_calls_at_once_never_see_each_others_work(waits: list[list[float]]) -> None:
    async def main() -> None:
        state = State({"input": "the session's", "_note": "the session's"})
        tools = ToolDispatcher(*(agent_tool(f"t{n}", "Echo.", Echo(each)) for n, each in enumerate(waits)))
        results: dict[str, Any] = {}

        async def one(name: str) -> None:
            call = FunctionCall(name=name, args={"request": f"q{name}"})
            results[name] = await tools.call(call, ToolContext(call, state))

        async with trio.open_nursery() as nursery:
            for name in tools:
                nursery.start_soon(one, name)
        assert results == {name: {"result": f"q{name}!"} for name in tools}
        private = {"input": "the session's", "_note": "the session's"}
        assert state.to_dict() == private | {f"app:q{name}": "shared" for name in tools}

    trio.run(main, clock=MockClock(autojump_threshold=0))


async def call(made: Any, **args: Any) -> Any:
    tools = ToolDispatcher(made)
    return await tools.call(FunctionCall(name=made.name, args=args))


async def test_the_model_is_told_of_one_request_unless_others_are_declared() -> None:
    echo = FnTextAgent("echo", lambda state: f"{state.get('input')} {state['agent_tool_args']}")
    plain = agent_tool("ask", "Asks.", echo)
    assert plain.parameters == {
        "type": "OBJECT",
        "properties": {"request": {"type": "STRING", "description": "What is asked, in full sentences."}},
        "required": ["request"],
    }
    assert await call(plain, request="why?") == {"result": "why? {'request': 'why?'}"}
    with pytest.raises(ToolError, match="request") as caught:
        await call(plain)
    assert caught.value.kind is ToolErrorKind.INVALID_ARGUMENTS
    other = agent_tool("ask", "Asks.", echo, parameters={"type": "object", "properties": {"day": {"type": "string"}}})
    assert await call(other, day="Friday") == {"result": "None {'day': 'Friday'}"}
    with pytest.raises(ToolError, match="day"):
        await call(other, day=3)


async def test_an_agent_that_fails_is_a_tool_that_failed() -> None:
    def fail(_: State) -> str:
        raise LookupError("no lamp")

    with pytest.raises(ToolError, match="Tool execution failed: the agent 'fail': no lamp") as caught:
        await call(agent_tool("ask", "Asks.", fail), request="q")
    assert caught.value.kind is ToolErrorKind.FAILED


def test_what_is_no_agent_is_no_tool() -> None:
    with pytest.raises(TypeError, match="run\\(state\\)"):
        agent_tool("ask", "Asks.", 3)
