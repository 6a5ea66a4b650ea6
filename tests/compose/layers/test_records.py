"""Layers that keep a record."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from trio_live import FunctionCall, State, ToolDispatcher, ToolError
from trio_live.agents import AgentTasks, Dispatch, FnTextAgent, Join, LlmTextAgent
from trio_live.compose import M, Span, ToolLatency
from trio_live.errors import AgentError
from trio_live.llm import LlmResponse, MockLlm


async def act(seconds: float) -> str:
    """Act."""
    await trio.sleep(seconds)
    if seconds == 2:
        raise LookupError("two")
    return "done"


def call(seconds: float, call_id: str) -> FunctionCall:
    return FunctionCall(id=call_id, name="act", args={"seconds": seconds})


async def test_calls_of_one_name_at_once_are_told_apart(autojump_clock: MockClock) -> None:
    latency, cost, audit = M.latency(), M.cost(), M.audit()
    tools = ToolDispatcher(act, middleware=(latency, cost, audit))

    async def run(seconds: float, call_id: str) -> None:
        with trio.move_on_after(8):
            with suppress(ToolError):
                await tools.call(call(seconds, call_id))

    async with trio.open_nursery() as nursery:
        for seconds, call_id in ((3, "a"), (1, "b"), (2, "c"), (9, "d")):
            nursery.start_soon(run, seconds, call_id)
    seen = latency.tool_latencies()
    assert [(each.call_id, each.success) for each in seen] == [("b", True), ("c", False), ("a", True)]
    assert [each.seconds for each in seen] == pytest.approx([1, 2, 3])
    assert isinstance(seen[0], ToolLatency)
    latency.clear()
    assert latency.tool_latencies() == []
    assert cost.tool_call_count == 2
    outcomes = {each.args["seconds"]: each.success for each in audit.entries}
    assert outcomes == {3: True, 1: True, 2: False, 9: None}


async def test_a_full_audit_drops_its_oldest() -> None:
    audit = M.audit()
    tools = ToolDispatcher(middleware=(audit,))

    async def quick(n: int) -> None:
        """Quick."""

    tools.register(quick)
    for n in range(3):
        await tools.call(FunctionCall(name="quick", args={"n": n}))
    audit.entries.extend(audit.entries[-1:] * 9_997)
    await tools.call(FunctionCall(name="quick", args={"n": 7}))
    assert len(audit.entries) == 9_001
    assert audit.entries[-1].args == {"n": 7}


def agent(model: MockLlm | None = None) -> LlmTextAgent:
    calls = LlmResponse.from_calls([call(1, "a")])
    return LlmTextAgent("writer", model or MockLlm.script([calls, LlmResponse.from_text("done")]), tools=[act])


async def test_spans_stand_inside_of_each_other(autojump_clock: MockClock) -> None:
    told: list[Span] = []
    trace, metrics = M.trace(told.append), M.metrics()
    whole = FnTextAgent("f", lambda _: "x") >> agent()
    await whole.with_middleware(trace, metrics).ask("q")
    assert [(span.kind, span.name, span.inside, span.outcome) for span in trace.spans] == [
        ("agent", "f", ("f >> writer",), "ok"),
        ("model", "mock", ("f >> writer", "writer"), "ok"),
        ("tool", "act", ("f >> writer", "writer"), "ok"),
        ("model", "mock", ("f >> writer", "writer"), "ok"),
        ("agent", "writer", ("f >> writer",), "ok"),
        ("agent", "f >> writer", (), "ok"),
    ]
    assert told == list(trace.spans)
    assert trace.spans[2].ended - trace.spans[2].begun == pytest.approx(1)
    assert (metrics.requests, metrics.errors) == (3, 0)
    trace.spans.clear()
    with pytest.raises(AgentError):
        await agent(MockLlm.script([])).with_middleware(trace, metrics).ask("q")
    assert [span.kind for span in trace.spans] == ["model", "agent"]
    assert all("the script has 0 replies" in span.outcome for span in trace.spans)
    assert (metrics.requests, metrics.errors) == (4, 1)
    trace.spans.clear()
    with trio.move_on_after(0.5):
        await agent().with_middleware(trace).ask("q")
    assert [(span.kind, span.outcome) for span in trace.spans] == [
        ("model", "ok"),
        ("tool", "cancelled"),
        ("agent", "cancelled"),
    ]


async def test_a_span_of_a_question_that_a_layer_further_out_answered_is_none() -> None:
    trace = M.trace()
    short = M.before_model(lambda _: LlmResponse.from_text("short"))
    assert await agent().with_middleware(short, trace).ask("q") == "short"
    assert [span.kind for span in trace.spans] == ["agent"]


async def lines(layer: Any, whole: Any, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.clear()
    with caplog.at_level("INFO", logger="trio_live.agents"), suppress(AgentError):
        await whole.with_middleware(layer).ask("q", State())
    return [record.message for record in caplog.records]


async def test_what_is_logged(caplog: pytest.LogCaptureFixture, autojump_clock: MockClock) -> None:
    assert await lines(M.log(), agent(), caplog) == [
        "agent writer begins",
        "model mock is asked (1 contents)",
        "tool act is called",
        "model mock is asked (3 contents)",
        "agent writer replies (4 characters)",
    ]
    assert "gives no answer" in (await lines(M.log(), agent(MockLlm.script([])), caplog))[2]
    logged = [json.loads(line) for line in await lines(M.structured_log(), agent(), caplog)]
    assert [line["event"] for line in logged] == [
        "AgentStarted",
        "AgentToolStarted",
        "AgentToolCompleted",
        "AgentCompleted",
    ]
    assert logged[-1] == {"event": "AgentCompleted", "agent": "writer", "output": "done"}
    f = FnTextAgent("f", lambda _: "x")
    async with AgentTasks() as tasks:
        whole = f >> Dispatch({"w": f}, tasks) >> Join(tasks)
        logged = [json.loads(line) for line in await lines(M.dispatch_log(), whole, caplog)]
    assert [(line["event"], line["names"]) for line in logged] == [("AgentsDispatched", ["w"]), ("AgentsJoined", ["w"])]
    logged = [json.loads(line) for line in await lines(M.topology_log(), (f | f) * 2, caplog)]
    assert logged == [
        {"agent": "f | f * 2", "inside": []},
        {"agent": "f | f", "inside": ["f | f * 2"]},
        {"agent": "f", "inside": ["f | f * 2", "f | f"]},
    ]
