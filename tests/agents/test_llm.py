"""Text agents with a model and tools."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.agents.trees import Log
from tests.cancellation import cancel_everywhere
from tests.llm.server import Asked, serving
from trio_live import ConfigError, Content, FunctionCall, GoogleAI, State, ToolContext, ToolDispatcher, tool
from trio_live.agents import AgentEvent, AgentToolCompleted, AgentToolFailed, AgentToolStarted, LlmTextAgent
from trio_live.compose import T
from trio_live.errors import AgentError, AgentErrorKind, LlmError, LlmErrorKind
from trio_live.llm import BaseLlm, GeminiLlm, LlmRequest, LlmResponse, MockLlm
from trio_live.tools import Background, LiveInput, StdioServer
from trio_live.wire import Part


async def look(place: str, context: ToolContext) -> str:
    """Look."""
    context.state.set("app:looked", place)
    if place == "nowhere":
        raise LookupError(place)
    return f"{place} is empty"


def answer_to(asked: Asked) -> tuple[int, bytes]:
    """Asks for two functions first, and says then what it was told."""
    contents = json.loads(asked.body)["contents"]
    if len(contents) == 1:
        calls = [
            {"functionCall": {"name": "look", "args": {"place": "here"}}},
            {"functionCall": {"name": "nothing"}},
        ]
        return 200, json.dumps({"candidates": [{"content": {"parts": calls}}]}).encode()
    told = [part["functionResponse"]["response"] for part in contents[-1]["parts"]]
    text = [{"text": json.dumps(told)}]
    return 200, json.dumps({"candidates": [{"content": {"parts": text}, "finishReason": "MAX_TOKENS"}]}).encode()


async def test_the_whole_conversation_and_every_setting_reach_the_wire() -> None:
    settings = LlmRequest(
        [],
        temperature=0.1,
        top_p=0.2,
        top_k=3,
        max_output_tokens=4,
        stop_sequences=["."],
        thinking_budget=5,
        response_mime_type="application/json",
        response_json_schema={"type": "object", "properties": {"a": {"type": "string"}}},
    )
    state = State({"app:who": "Ann"})
    async with serving(answer_to) as server, GeminiLlm("m", GoogleAI("k", base_url=server.url)) as llm:
        agent = LlmTextAgent(
            "looker",
            llm,
            lambda state: f"Help {state['app:who']}.",
            tools=T.function(look) + T.google_search(),
            settings=settings,
        )
        told = json.loads(await agent.ask("Is it empty?", state))
    assert told == [
        {"output": "here is empty"},
        {"status": "error", "error": "Tool not found: nothing", "retry": False},
    ]
    assert state["app:looked"] == "here"
    first, second = (json.loads(asked.body) for asked in server.asked)
    assert first["systemInstruction"]["parts"] == [{"text": "Help Ann."}]
    functions, search = first["tools"]
    assert functions["functionDeclarations"] == [
        {
            "name": "look",
            "description": "Look.",
            "parameters": {"type": "OBJECT", "properties": {"place": {"type": "STRING"}}, "required": ["place"]},
        }
    ]
    assert search == {"googleSearch": {}}
    assert first["generationConfig"] == {
        "temperature": 0.1,
        "topP": 0.2,
        "topK": 3,
        "maxOutputTokens": 4,
        "stopSequences": ["."],
        "thinkingConfig": {"thinkingBudget": 5},
        "responseMimeType": "application/json",
        "responseSchema": {"type": "OBJECT", "properties": {"a": {"type": "STRING"}}},
    }
    assert [content["role"] for content in second["contents"]] == ["user", "model", "user"]


REPLIES = st.lists(st.lists(st.sampled_from(["here", "nowhere"]), max_size=3), max_size=14)


@given(REPLIES)
def test_k7_at_most_ten_questions_and_one_answer_to_each_call_before_the_next(rounds: list[list[str]]) -> None:
    replies = [
        LlmResponse.from_calls([FunctionCall(id=f"{n}.{m}", name="look", args={"place": p}) for m, p in enumerate(row)])
        for n, row in enumerate(rounds)
    ]
    model = MockLlm.script([*replies, *[LlmResponse.from_text("done")] * 11])

    async def main() -> str | AgentErrorKind:
        try:
            return await LlmTextAgent("a", model, tools=[look]).ask("q")
        except AgentError as error:
            return error.kind

    came = trio.run(main, clock=MockClock(autojump_threshold=0))
    until = next((n for n, row in enumerate(rounds) if not row), len(rounds))
    assert came == (AgentErrorKind.TOO_MANY_ROUNDS if until >= 10 else "" if until < len(rounds) else "done")
    assert model.call_count == min(until + 1, 10)
    for request in model.requests:
        for asked, answered in zip(request.contents[1::2], request.contents[2::2], strict=True):
            calls = [part.function_call.id for part in asked.parts or () if part.function_call]
            answers = [part.function_response.id for part in answered.parts or () if part.function_response]
            assert calls == answers


async def test_a_tool_that_fails_is_told_and_fails_nothing_else() -> None:
    log = Log()
    calls = [FunctionCall(name="look", args={"place": place}) for place in ("nowhere", "here")]
    model = MockLlm.script([LlmResponse.from_calls(calls), LlmResponse.from_text("Well.")])
    assert await LlmTextAgent("a", model, tools=ToolDispatcher(look)).with_middleware(log).ask("q") == "Well."
    told: list[type[AgentEvent]] = [type(event) for event in log.events[1:-1]]
    assert told == [AgentToolStarted, AgentToolFailed, AgentToolStarted, AgentToolCompleted]
    assert "Tool execution failed: nowhere" in str(log.events[2])


@tool(confirm=True)
async def book() -> None:
    """Book."""


@tool
async def listen(heard: LiveInput) -> None:
    """Listen."""


MODEL = MockLlm.text("x")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: LlmTextAgent("a", MODEL, tools=[book]), "needs a confirmation; give tools=ToolDispatcher"),
        (lambda: LlmTextAgent("a", MODEL, tools=[listen]), "only a tool of a live session"),
        (lambda: LlmTextAgent("a", MODEL, tools=[tool(mode=Background())(look)]), "runs in the background"),
        (lambda: LlmTextAgent("a", MODEL, tools=T.mcp(StdioServer(["x"]))), "Live.with_tools"),
        (lambda: LlmTextAgent("a", MODEL, settings=LlmRequest.from_text("q")), "settings says how to ask"),
    ],
)
def test_what_a_text_agent_cannot_do_is_refused_at_once(make: Callable[[], object], words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace("(", "\\(")):
        make()


def test_tools_must_be_tools() -> None:
    with pytest.raises(TypeError, match="a set made with T"):
        LlmTextAgent("a", MODEL, tools=3)


class LastOnly:
    async def applied(self, contents: Sequence[Content], state: State) -> list[Content]:
        return [content for content in contents if content.role == "user"][-1:]


async def test_the_model_sees_what_the_context_leaves_and_the_conversation_keeps_all() -> None:
    model = MockLlm.text("yes")
    agent = LlmTextAgent("a", model, context=LastOnly())
    history = [Content.of("one"), Content.of("two", "model"), Content.of("three")]
    reply, said = await agent.converse(history, State())
    assert reply == "yes"
    assert model.requests[0].contents == (history[2],)
    assert said == [*history, Content.of("yes", "model")]


async def test_a_model_that_fails_fails_the_agent_with_its_kind() -> None:
    class Broken(BaseLlm):
        model_id = "broken"

        async def generate(self, request: LlmRequest) -> LlmResponse:
            raise LlmError("down", kind=LlmErrorKind.TRANSPORT, retryable=True)

    with pytest.raises(AgentError) as caught:
        await LlmTextAgent("a", Broken()).ask("q")
    assert caught.value.kind is AgentErrorKind.MODEL
    assert caught.value.model_error is not None
    assert caught.value.model_error.kind is LlmErrorKind.TRANSPORT


async def test_cancellation_of_an_agent_leaves_nothing_behind() -> None:
    state = State()

    async def work() -> None:
        calls = LlmResponse.from_calls([FunctionCall(name="look", args={"place": "here"})])
        agent = LlmTextAgent("a", MockLlm.script([calls, LlmResponse.from_text("done")]), tools=[look])
        assert await agent.ask("q", state) == "done"

    assert await cancel_everywhere(work) >= 2


def test_thoughts_are_no_part_of_the_reply() -> None:
    thinking = Content(role="model", parts=[Part(text="hm", thought=True), Part(text="Yes.")])
    reply: Any = trio.run(LlmTextAgent("a", MockLlm.script([LlmResponse(thinking)])).ask, "q")
    assert reply == "Yes."
