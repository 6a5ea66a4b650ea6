"""Layers that are made of functions, and layers for some agents only."""

from __future__ import annotations

from typing import Any

import pytest
from trio.testing import MockClock

from tests.agents.trees import Leaf
from trio_live import ConfigError, FunctionCall, State, ToolDispatcher, ToolError
from trio_live.agents import AgentEvent, Fallback, FnTextAgent, LlmTextAgent, Route, Timeout
from trio_live.compose import M
from trio_live.errors import AgentError, AgentErrorKind, ToolErrorKind
from trio_live.llm import LlmResponse, MockLlm


def says(word: str) -> FnTextAgent:
    return FnTextAgent(word, lambda _: word)


async def test_functions_look_and_may_refuse() -> None:
    seen: list[Any] = []

    async def look(*things: Any) -> None:
        seen.append(type(things[-1]).__name__)

    layers = [M.before_agent(look), M.before_model(look), M.after_model(look), M.after_agent(look)]
    assert await LlmTextAgent("a", MockLlm.text("x")).with_middleware(*layers).ask("q") == "x"
    assert seen == ["AgentRun", "LlmRequest", "LlmResponse", "str"]
    for make in (M.before_agent, M.after_agent, M.before_model, M.after_model):
        layer = make(lambda *_: "not today")
        with pytest.raises(AgentError, match="the agent 'a': not today") as caught:
            await LlmTextAgent("a", MockLlm.text("x")).with_middleware(layer).ask("q")
        assert caught.value.kind is AgentErrorKind.REFUSED
    other = LlmResponse.from_text("other")
    for layer in (M.before_model(lambda _: other), M.after_model(lambda *_: other)):
        assert await LlmTextAgent("a", MockLlm.text("x")).with_middleware(layer).ask("q") == "other"


async def test_functions_before_tools() -> None:
    async def act(n: int) -> int:
        """Act."""
        return n

    def odd(call: FunctionCall) -> str | None:
        return "n must be odd" if (call.args or {})["n"] % 2 == 0 else None

    for layer, kind, text in (
        (M.before_tool(odd), ToolErrorKind.DECLINED, "n must be odd"),
        (M.validate(odd), ToolErrorKind.DECLINED, "Invalid arguments: n must be odd"),
    ):
        tools = ToolDispatcher(act, middleware=(layer,))
        assert await tools.call(FunctionCall(name="act", args={"n": 1})) == 1
        with pytest.raises(ToolError) as caught:
            await tools.call(FunctionCall(name="act", args={"n": 2}))
        assert (caught.value.kind, str(caught.value)) == (kind, text)


async def test_functions_at_events(autojump_clock: MockClock) -> None:
    loops: list[int] = []
    names: list[str] = []
    events: list[AgentEvent] = []
    layers = [
        M.on_loop(loops.append),
        M.on_route(names.append),
        M.on_fallback(names.append),
        M.on_timeout(names.append),
        M.tap(events.append),
    ]
    whole = Route([], says("r")) * 2 >> Fallback([Timeout(Leaf(0), 1), says("c")])
    assert await whole.with_middleware(*layers).ask("q") == "c"
    assert (loops, names) == ([0, 1], ["r", "r", "leaf0", "c"])
    assert len(events) > 10
    with pytest.raises(ConfigError, match="takes a function"):
        M.tap("nothing")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="takes a function"):
        M.before_agent("nothing")  # type: ignore[arg-type]


async def test_a_layer_for_some_agents_leaves_the_others_alone(autojump_clock: MockClock) -> None:
    async def act() -> str:
        """Act."""
        return "done"

    def writer(name: str) -> LlmTextAgent:
        calls = LlmResponse.from_calls([FunctionCall(name="act")])
        return LlmTextAgent(name, MockLlm.script([calls, LlmResponse.from_text(name)]), tools=[act])

    trace, cost, metrics, retry = M.trace(), M.cost(), M.metrics(), M.retry(1)
    events: list[AgentEvent] = []
    layers = trace >> cost | metrics >> M.tap(events.append) >> retry
    scoped = M.scope(["b"], layers)
    assert len(scoped) == len(layers) == 5
    assert await (writer("a") >> writer("b")).with_middleware(scoped).ask("q") == "b"
    assert {span.name for span in trace.spans} == {"b", "act", "mock"}
    assert {event.agent for event in events} == {"b"}
    assert (cost.tool_call_count, metrics.requests) == (1, 1)
    with pytest.raises(AgentError):
        await (
            (LlmTextAgent("a", MockLlm.script([])) / LlmTextAgent("b", MockLlm.script([])))
            .with_middleware(scoped, M.scope("b", M.timeout(3)))
            .ask("q", State())
        )
    assert metrics.errors == 1
    assert M.scope("b", M.cost()).layers[0].acts_on == {"tools"}
