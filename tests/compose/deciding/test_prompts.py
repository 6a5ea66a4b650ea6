"""Prompts as values."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.live.setups import setup_of
from tests.scenarios.harness import stage
from trio_live import ConfigError, Live, State
from trio_live.agents import LlmTextAgent
from trio_live.compose import P, PromptComposite, PromptSection
from trio_live.extraction import LlmExtractor
from trio_live.llm import MockLlm
from trio_live.phases import Phase

PIECES: list[PromptSection] = [
    P.role("a clerk"),
    P.task("book"),
    P.text("As it is."),
    P.text("Another."),
    P.section("Prices", "None."),
    P.versioned("v2", "New."),
    P.template("For {who}."),
    P.guidelines(["Be brief."]),
]
NAMES = ["role", "task", "Prices", "versioned:v2", "template", "guidelines", "nobody"]
some = st.lists(st.sampled_from(PIECES), max_size=5).map(lambda pieces: PromptComposite(tuple(pieces)))
names = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)


@given(some, some, some)
def test_k1_putting_together_is_associative_and_changes_nothing(
    a: PromptComposite, b: PromptComposite, c: PromptComposite
) -> None:
    before = (a.sections, b.sections, c.sections)
    assert (a + b) + c == a + (b + c)
    assert len(a + b) == len(a) + len(b)
    assert (a.sections, b.sections, c.sections) == before


@given(some, names)
def test_k9_rendering_is_a_function_and_another_order_loses_nothing(prompt: PromptComposite, wanted: list[str]) -> None:
    assert prompt.render() == prompt.render()
    ordered = prompt.reorder_by_name(*wanted)
    assert Counter(ordered.sections) == Counter(prompt.sections)
    place = {name: number for number, name in enumerate(wanted)}
    keys = [place.get(each.name or "", len(wanted)) for each in ordered.sections]
    assert keys == sorted(keys)
    rest = [each for each in prompt.sections if each.name not in wanted]
    assert [each for each in ordered.sections if each.name not in wanted] == rest, "the others stay as they stood"
    assert prompt.apply(P.reorder(*wanted)) == ordered
    only, without = prompt.apply(P.only(*wanted)), prompt.apply(P.without(*wanted))
    assert len(only) + len(without) == len(prompt)
    assert all(each.name for each in only.sections)


def test_kinds_are_picked_and_ordered_too() -> None:
    whole = P.task("t") + P.text("x") + P.role("r")
    assert str(whole.reorder("role", "task")) == "You are r.\n\nYour task: t\n\nx"
    assert str(whole.only("role", "text")) == "x\n\nYou are r."
    assert str(whole.without("text", "role")) == "Your task: t"


async def test_a_prompt_is_an_instruction_wherever_one_is(autojump_clock: Any) -> None:
    prompt = P.role("a clerk") + P.task("book")
    text = "You are a clerk.\n\nYour task: book"
    assert setup_of(Live.builder().instruction(prompt))["systemInstruction"]["parts"] == [{"text": text}]
    assert LlmExtractor("x", MockLlm.text("{}"), prompt).prompt == text
    filled = P.template("For {who}, not {nobody}: {n}.")
    model = MockLlm.text("x")
    await LlmTextAgent("a", model, filled).ask("q", State({"who": "Ann", "n": [1]}))
    assert model.requests[0].system_instruction == "For Ann, not {nobody}: [1]."
    live = Live.builder().model("m").state(State({"who": "Ann"}))
    live = live.phase("p").instruction(filled).done().initial_phase("p")
    async with stage(live) as talk:
        assert "For Ann" in str(talk.peer.setup["systemInstruction"])
    assert Phase("p", instruction=prompt).instruction is prompt
    with pytest.raises(ConfigError, match=r"P\.template is made of the State"):
        Live.builder().instruction(filled)
    with pytest.raises(ConfigError, match="made of the state"):
        LlmExtractor("x", MockLlm.text("{}"), Phase("p", instruction=lambda _: "x").instruction)
