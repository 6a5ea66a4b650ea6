"""Text agents beside a live talk: over a real WebSocket, and asking their own model over real HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import attrs
import pytest
import trio

from tests.llm.server import serving
from trio_live import GoogleAI, Live, LiveEvent, LiveEventStream, LiveHandle, State, ToolContext, events
from trio_live.agents import LlmTextAgent, MapOver, Race, Timeout
from trio_live.compose import G, M, P, T
from trio_live.dispatch import BackgroundAgentDispatcher
from trio_live.emulator import open_emulator, parse_persona
from trio_live.errors import AgentError, AgentErrorKind, LlmErrorKind
from trio_live.extraction import LlmExtractor
from trio_live.llm import BaseLlm, GeminiLlm

PERSONA = parse_persona("""
name = "desk"
[[rule]]
heard = { keywords = ["there is"] }
say = "Good to know."
[[rule]]
heard = { keywords = ["advice"] }
call = { tool = "advisor", args = { request = "Is there a lamp?" } }
then = "They say: {advisor}"
on_error = "Nobody knows: {advisor.error}"
[[rule]]
heard = { keywords = ["lamp"] }
call = { tool = "look", args = { what = "lamp" } }
then = "There is a {look}."
[[default]]
say = "Yes?"
""")


async def look(what: str, context: ToolContext) -> str:
    """Look."""
    context.state.set("app:seen", what)
    return f"bright {what}"


@attrs.define
class Talk:
    """A talk with the emulator's model, until its turns are over."""

    session: LiveHandle
    stream: LiveEventStream[LiveEvent]
    seen: list[LiveEvent] = attrs.field(factory=list)

    async def say(self, words: str) -> str:
        """Say something; what is said in reply, in this turn or a later one."""
        self.seen.clear()
        await self.session.send_text(words)
        said = ""
        async for event in self.stream:
            self.seen.append(event)
            if isinstance(event, events.OutputTranscript) and event.is_final:
                said += event.text
            if isinstance(event, events.TurnComplete) and said:
                return said.strip()
        return said

    @property
    def told(self) -> list[Any]:
        """The answers that were sent to calls."""
        return [event.result for event in self.seen if isinstance(event, events.ToolExecution)]


@asynccontextmanager
async def model() -> AsyncGenerator[tuple[str, GeminiLlm], None]:
    async with (
        open_emulator(PERSONA, pace=None, realtime_playback=False, first_word_after=0.0) as emulator,
        GeminiLlm("gemini-3.8-flash", GoogleAI("k", base_url=emulator.url)) as llm,
    ):
        yield emulator.url, llm


@asynccontextmanager
async def talk_of(live: Live, url: str) -> AsyncGenerator[Talk, None]:
    with trio.fail_after(20):
        async with (
            live.transcription().connect_google_ai("k", base_url=url) as session,
            session.events() as stream,
        ):
            yield Talk(session, stream)


def looker(llm: BaseLlm) -> LlmTextAgent:
    return LlmTextAgent("looker", llm, "You look at things.", tools=T.function(look))


async def test_an_agent_asks_its_model_and_runs_its_tools() -> None:
    state = State()
    async with model() as (_, llm):
        agent = looker(llm)
        assert await agent.ask("Is there a lamp?", state) == "There is a bright lamp."
        assert await (agent >> agent).ask("Is there a lamp?") == "Good to know."
        assert await (agent | LlmTextAgent("other", llm)).ask("hm") == "Yes?\nYes?"
        things = State({"things": ["lamp", "chair"]})
        assert await MapOver(agent, "things").run(things) == "There is a bright lamp.\nYes?"
        assert await (Timeout(Race([agent, agent]), 5) * 2).ask("a lamp?") == "There is a bright lamp."
    assert state.to_dict() == {"app:seen": "lamp"}


async def test_a_live_model_asks_a_text_agent_and_its_facts_move_the_talk() -> None:
    async with model() as (url, llm):
        live = (
            Live.builder()
            .agent_tool("advisor", "Knows about lamps.", looker(llm))
            .phase("ask")
            .instruction("Ask.")
            .transition("know", lambda state: state.is_known("app:seen"))
            .done()
            .phase("know")
            .instruction("Tell.")
            .terminal()
            .done()
            .initial_phase("ask")
        )
        async with talk_of(live, url) as talk:
            assert await talk.say("I need advice") == "They say: There is a bright lamp."
            assert talk.told == [{"result": "There is a bright lamp."}]
            assert talk.session.conversation_phase == "know"
            keys = set(talk.session.state.keys())
            assert not keys & {"input", "output", "agent_tool_args"}


async def test_layers_of_a_session_stand_around_its_tools_and_the_agents_among_them() -> None:
    audit, trace, seen = M.audit(), M.trace(), list[object]()
    async with model() as (url, llm):
        agent = looker(llm).with_middleware(G.length(1, 100) + G.pii(), M.cache())
        live = Live.builder().agent_tool("advisor", "Knows.", agent).middleware(audit >> trace | M.tap(seen.append))
        async with talk_of(live, url) as talk:
            assert await talk.say("I need advice") == "They say: There is a bright lamp."
            strict = looker(llm).with_middleware(G.topic("lamp"))
            with pytest.raises(AgentError, match="topic: speaks of 'lamp'"):
                await strict.ask("a lamp?")
    assert [(entry.tool, entry.success) for entry in audit.entries] == [("advisor", True), ("look", True)]
    assert [(span.kind, span.name) for span in trace.spans] == [
        ("model", "gemini-3.8-flash"),
        ("tool", "look"),
        ("model", "gemini-3.8-flash"),
        ("agent", "looker"),
        ("tool", "advisor"),
    ]
    assert [type(event).__name__ for event in seen] == [
        "AgentStarted",
        "AgentToolStarted",
        "AgentToolCompleted",
        "AgentCompleted",
    ]


@attrs.frozen
class Wish:
    """What the caller would like."""

    thing: str | None = None


async def test_layers_stand_around_the_model_of_an_extractor() -> None:
    asked: list[object] = []
    busy = 503, b"busy", {"Retry-After": "0"}
    found = {"candidates": [{"content": {"parts": [{"text": json.dumps({"thing": "lamp"})}]}}]}
    replies = iter([busy, busy, (200, json.dumps(found).encode(), {})])
    async with (
        model() as (url, _),
        serving(lambda _: next(replies)) as slow,
        GeminiLlm("m", GoogleAI("k", base_url=slow.url)) as llm,
    ):
        patient = M.around(llm, M.retry(2) >> M.before_model(asked.append))
        live = Live.builder().extractor(LlmExtractor("Wish", patient, P.task("find the wish"))).state(State())
        async with talk_of(live, url) as talk:
            await talk.say("there is something I want")
            assert talk.session.extracted("Wish", Wish) == Wish("lamp")
    assert len(asked) == 1
    assert len(slow.asked) == 3


async def test_an_agent_works_on_the_state_that_the_program_brought() -> None:
    state = State({"app:mine": 1})
    async with model() as (url, llm):
        live = Live.builder().with_tools(T.agent("advisor", "Knows.", looker(llm))).state(state)
        async with talk_of(live, url) as talk:
            await talk.say("I need advice")
    assert state["app:seen"] == "lamp"


async def test_an_agent_in_the_background_answers_later() -> None:
    async with model() as (url, llm):
        live = Live.builder().agent_tool("advisor", "Knows.", looker(llm)).tool_background("advisor")
        async with talk_of(live, url) as talk:
            await talk.session.send_text("I need advice")
            async for event in talk.stream:
                if isinstance(event, events.ToolExecution) and event.result.get("status") == "completed":
                    assert event.result["result"] == {"result": "There is a bright lamp."}
                    break


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, b'{"error": {"message": "slow down"}}', LlmErrorKind.RATE_LIMITED),
        (500, b"oops", LlmErrorKind.API),
        (200, b"<html>", LlmErrorKind.API),
    ],
)
async def test_a_model_that_fails_is_a_tool_that_failed_and_the_talk_goes_on(
    status: int, body: bytes, kind: LlmErrorKind
) -> None:
    async with (
        model() as (url, _),
        serving(lambda _: (status, body)) as broken,
        GeminiLlm("m", GoogleAI("k", base_url=broken.url)) as llm,
    ):
        with pytest.raises(AgentError) as caught:
            await looker(llm).ask("q")
        assert (caught.value.kind, caught.value.retryable) == (AgentErrorKind.MODEL, True)
        assert caught.value.model_error is not None
        assert caught.value.model_error.kind is kind
        async with talk_of(Live.builder().agent_tool("advisor", "Knows.", looker(llm)), url) as talk:
            assert (await talk.say("I need advice")).startswith(
                "Nobody knows: Tool execution failed: the agent 'looker'"
            )
            assert (await talk.say("there is one")) == "Good to know."


@attrs.define
class Endless:
    """Works until it is cancelled."""

    began: trio.Event = attrs.field(factory=trio.Event)
    ended: bool = False

    async def run(self, state: State) -> str:
        try:
            self.began.set()
            await trio.sleep_forever()
        finally:
            self.ended = True


async def test_leaving_the_session_ends_its_agents_and_they_write_nothing_more() -> None:
    inline, beside = Endless(), Endless()
    async with model() as (url, _):
        live = Live.builder().agent_tool("advisor", "Knows.", inline)
        async with talk_of(live, url) as talk, BackgroundAgentDispatcher(1) as agents:
            agents.dispatch("report", beside, talk.session.state)
            await talk.session.send_text("I need advice")
            await inline.began.wait()
            await beside.began.wait()
        assert (inline.ended, beside.ended) == (True, True)
        assert "report:result" not in talk.session.state
