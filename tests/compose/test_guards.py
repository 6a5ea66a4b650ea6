"""Guards: what one rejects reaches nobody."""

from __future__ import annotations

import json
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from tests.llm.server import Asked, serving
from trio_live import ConfigError, GoogleAI, State
from trio_live.agents import Agent, FnTextAgent, LlmTextAgent
from trio_live.compose import G, GGuard, M
from trio_live.errors import AgentError, AgentErrorKind, LlmError
from trio_live.llm import GeminiLlm, LlmRequest, LlmResponse, MockLlm

PIECES = [G.length(1, 5), G.topic("no"), G.regex("x+"), G.when(lambda text: "j" in text, G.json()), GGuard()]
some = st.lists(st.sampled_from(PIECES), max_size=3)


def chain(pieces: list[GGuard]) -> GGuard:
    whole = GGuard()
    for each in pieces:
        whole = whole + each
    return whole


@given(some, some, some, st.text("noxj 1", max_size=8))
def test_k1_putting_together_is_associative_and_changes_nothing(
    first: list[GGuard], second: list[GGuard], third: list[GGuard], text: str
) -> None:
    a, b, c = chain(first), chain(second), chain(third)
    before = (len(a), len(b), len(c))
    assert (a + b) + c == a + (b + c) == (a | b) | c
    assert len(a + b) == len(a) + len(b)
    assert (len(a), len(b), len(c)) == before
    assert trio.run((a + b).violations, text) == trio.run(a.violations, text) + trio.run(b.violations, text)


REPLIES = st.lists(st.sampled_from(["fine", "no way", "xx", "toolong", ""]), min_size=1, max_size=3)


@given(some, REPLIES, st.sampled_from(["model", "function", "sequence", "parallel", "fallback", "cache"]))
def test_k3_nothing_comes_out_that_a_guard_rejects(guards: list[GGuard], replies: list[str], kind: str) -> None:
    guard = chain(guards)
    model = MockLlm.script([LlmResponse.from_text(reply) for reply in replies * 3])
    first = LlmTextAgent("m", model)
    fixed = FnTextAgent("f", lambda _: replies[0])
    agent: Agent = {
        "model": first,
        "function": fixed,
        "sequence": fixed >> first,
        "parallel": fixed | first,
        "fallback": first / fixed,
        "cache": first.with_middleware(M.cache(), M.after_model(lambda *_: LlmResponse.from_text(replies[-1]))),
    }[kind]
    seen: list[str] = []
    watched = agent.with_middleware(guard, M.after_agent(lambda _, reply: seen.append(reply)))

    async def main() -> str | None:
        try:
            return await watched.ask("q")
        except AgentError as error:
            assert error.kind is AgentErrorKind.REJECTED  # noqa: PT017
            assert error.violations  # noqa: PT017
            return None

    reply = trio.run(main)
    if reply is not None:
        assert trio.run(guard.violations, reply) == ()
    if not trio.run(guard.violations, replies[0]) and kind == "function":
        assert reply == replies[0], "what no guard rejects comes out"


async def test_all_that_is_wrong_is_told() -> None:
    guard = G.length(3) + G.json() + G.pii()
    with pytest.raises(AgentError, match="length: 2 characters, fewer than 3; json: no JSON") as caught:
        await LlmTextAgent("writer", MockLlm.text("a@")).with_middleware(guard).ask("q")
    assert (caught.value.agent, len(caught.value.violations)) == ("writer", 2)


async def test_no_layer_can_replace_an_answer_behind_the_back_of_a_guard() -> None:
    replaced = M.after_model(lambda request, response: LlmResponse.from_text("secret"))
    short = M.before_model(lambda request: LlmResponse.from_text("secret"))
    rows: list[list[Any]] = [
        [replaced, G.topic("secret")],
        [G.topic("secret"), replaced],
        [short, G.topic("secret")],
    ]
    for layers in rows:
        with pytest.raises(AgentError, match="topic"):
            await LlmTextAgent("a", MockLlm.text("fine")).with_middleware(*layers).ask("q")


async def test_a_question_is_judged_before_it_is_asked() -> None:
    model = MockLlm.text("x")
    agent = LlmTextAgent("a", model).with_middleware(G.input(lambda text: "bomb" not in text))
    assert await agent.ask("hello") == "x"
    with pytest.raises(AgentError, match="input: rejected"):
        await agent.ask("a bomb")
    assert model.call_count == 1


async def test_what_cannot_be_judged_does_not_go_out() -> None:
    def broken(_: str) -> bool:
        raise LookupError("no dictionary")

    with pytest.raises(AgentError, match="custom: could not be judged: no dictionary"):
        await FnTextAgent("f", lambda _: "x").with_middleware(G.custom(broken)).ask("q")


def judge_of(asked: Asked) -> tuple[int, bytes]:
    question = json.loads(asked.body)["contents"][0]["parts"][0]["text"]
    verdict = {"passes": "rude" not in question, "reason": "it is rude"}
    if "unclear" in question:
        return 200, json.dumps({"candidates": [{"content": {"parts": [{"text": "perhaps"}]}}]}).encode()
    if "down" in question:
        return 500, b"oops"
    return 200, json.dumps({"candidates": [{"content": {"parts": [{"text": json.dumps(verdict)}]}}]}).encode()


async def test_a_model_judges_over_http() -> None:
    async with serving(judge_of) as server, GeminiLlm("m", GoogleAI("k", base_url=server.url)) as llm:
        state = State()

        def says(word: str, guard: GGuard) -> Any:
            return LlmTextAgent("a", MockLlm.text(word)).with_middleware(guard).ask("a question", state)

        for make in (G.toxicity, G.grounded, G.hallucination):
            assert await says("kind", make(llm)) == "kind"
            with pytest.raises(AgentError, match=f"{make.__name__}: it is rude"):
                await says("rude", make(llm))
        with pytest.raises(AgentError, match="politeness: it is rude"):
            await says("rude", G.llm_judge(llm, "It is polite.", name="politeness"))
        with pytest.raises(AgentError, match="could not be judged"):
            await says("unclear", G.toxicity(llm))
        with pytest.raises(AgentError, match="could not be judged: the service failed"):
            await says("down", G.toxicity(llm))
        assert await says("down", G.toxicity(llm, fail_open=True)) == "down"
        shown = json.loads(server.asked[2].body)["contents"][0]["parts"][0]["text"]
        assert "user: a question" in shown


async def test_questions_are_counted_and_paced(autojump_clock: MockClock) -> None:
    agent = LlmTextAgent("a", MockLlm.text("x")).with_middleware(G.max_turns(2))
    await agent.ask("q")
    await agent.ask("q")
    with pytest.raises(AgentError, match="2 questions were asked already"):
        await agent.ask("q")
    paced = LlmTextAgent("a", MockLlm.text("x")).with_middleware(G.rate_limit(2))
    await paced.ask("q")
    with pytest.raises(AgentError, match="more than 2 questions in a second"):
        await paced.ask("q")
    await trio.sleep(0.5)
    assert await paced.ask("q") == "x"


async def test_a_guard_around_a_model_alone() -> None:
    with pytest.raises(AgentError, match="length"):
        await M.around(MockLlm.text("long"), G.length(0, 2)).generate(LlmRequest.from_text("q"))
    with pytest.raises(ConfigError, match="does nothing about models"):
        M.around(MockLlm.text("x"), M.cost())
    assert not issubclass(AgentError, LlmError)


@pytest.mark.parametrize(
    "make",
    [
        lambda: G.length(-1),
        lambda: G.length(3, 2),
        lambda: G.regex("("),
        lambda: G.budget(0),
        G.topic,
        lambda: G.max_turns(0),
        lambda: G.rate_limit(0),
    ],
)
def test_what_cannot_be_checked_is_refused_at_once(make: Any) -> None:
    with pytest.raises(ConfigError, match=r"^G\."):
        make()
