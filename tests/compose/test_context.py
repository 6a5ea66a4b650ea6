"""What of a conversation a model gets to see: with a State, with a model, in an agent."""

from __future__ import annotations

import pytest

from trio_live import ConfigError, State
from trio_live.agents import LlmTextAgent
from trio_live.compose import C
from trio_live.errors import LlmError
from trio_live.llm import MockLlm
from trio_live.wire import Content

TALK = [Content.of(str(number), ["user", "model"][number % 2]) for number in range(5)]


async def test_a_model_writes_what_is_left_of_the_older_ones() -> None:
    for policy, header in (
        (C.summarize, "[Summary of what was said before]"),
        (C.distill, "[Summary of what was said before]"),
        (lambda llm, **more: C.extract(llm, "names", **more), "[Notes]"),
    ):
        model = MockLlm.text(" short ")
        made = policy(model, keep=2)
        first, *rest = await made.applied(TALK, State())
        assert first == Content.of(f"{header}\nshort")
        assert rest == TALK[3:]
        assert model.requests[0].contents == (Content.of("User: 0\nAssistant: 1\nUser: 2"),)
        assert await made.applied(TALK[:2], State()) == TALK[:2]
        assert model.call_count == 1
        with pytest.raises(ConfigError, match=r"await policy\.applied"):
            made.apply(TALK)


async def test_a_model_chooses_and_makes_nothing_up() -> None:
    assert await C.relevant(MockLlm.text("[1, 99]"), "prices").applied(TALK, State()) == [TALK[1], TALK[4]]
    for bad in ("none", '{"a": 1}', '["1"]'):
        with pytest.raises(LlmError, match="list of numbers"):
            await C.relevant(MockLlm.text(bad), "prices").applied(TALK, State())


async def test_a_condition_stands_before_any_policy() -> None:
    policy = C.when(lambda contents: len(contents) > 3, C.summarize(MockLlm.text("s"), keep=1))
    assert len(await policy.applied(TALK, State())) == 2
    assert await policy.applied(TALK[:3], State()) == TALK[:3]
    assert C.when(lambda contents: len(contents) > 3, C.window(1)).apply(TALK) == TALK[4:]


async def test_an_agent_shows_its_model_what_the_policy_leaves() -> None:
    model = MockLlm.text("x")
    agent = LlmTextAgent("a", model, context=C.window(1) >> C.from_state("who", "nobody") >> C.notes("notes"))
    await agent.converse(TALK, State({"who": "Ann", "notes": ["one", 2]}))
    assert model.requests[0].contents == (Content.of("[Notes]\n- one\n- 2"), Content.of("who: Ann"), TALK[4])
