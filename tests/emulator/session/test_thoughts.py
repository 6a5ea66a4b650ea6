from __future__ import annotations

import pytest
from trio.testing import MockClock

from tests.emulator.callers import (
    MODEL,
    OLD_MODEL,
    VERTEX_MODEL,
    calling,
    calling_persona,
    kinds,
    persona,
    texts,
    tools,
)
from trio_live.emulator import Emulation
from trio_live.emulator._persona import Ask, PlannedCall, Reply, Say, Think, Wait
from trio_live.emulator._service import dialect_for
from trio_live.emulator._session._thoughts import UNASKED_THOUGHT, Thoughts, thoughts_for, with_thoughts
from trio_live.wire import GenerationConfig, Platform, Setup, ThinkingConfig

SAY, THINK, ASK = Say(("Hello.",)), Think("Hm."), Ask((PlannedCall("look", {}),), Reply())


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        (None, Thoughts.UNASKED),
        (ThinkingConfig(thinking_budget=-1), Thoughts.UNASKED),
        (ThinkingConfig(thinking_budget=0), Thoughts.HIDDEN),
        (ThinkingConfig(thinking_budget=0, include_thoughts=True), Thoughts.HIDDEN),
        (ThinkingConfig(include_thoughts=True), Thoughts.ASKED),
        (ThinkingConfig(include_thoughts=False), Thoughts.HIDDEN),
    ],
)
def test_a_client_that_speaks_of_thoughts_gets_what_it_said(config: ThinkingConfig | None, wanted: Thoughts) -> None:
    setup = Setup(model=OLD_MODEL, generation_config=GenerationConfig(thinking_config=config))
    assert thoughts_for(setup, dialect_for(Platform.GOOGLE_AI, OLD_MODEL)) is wanted


@pytest.mark.parametrize(
    ("platform", "model", "thinks"),
    [
        (Platform.GOOGLE_AI, OLD_MODEL, True),
        (Platform.GOOGLE_AI, MODEL, False),
        (Platform.VERTEX, VERTEX_MODEL, False),
        (Platform.VERTEX, MODEL, False),
    ],
)
def test_only_the_older_models_of_google_ai_think_unasked(platform: Platform, model: str, *, thinks: bool) -> None:
    thoughts = thoughts_for(Setup(model=model), dialect_for(platform, model))
    assert thoughts is (Thoughts.UNASKED if thinks else Thoughts.HIDDEN)


@pytest.mark.parametrize(
    ("actions", "opens", "wanted"),
    [
        ([Wait(1), SAY], True, [Wait(1), UNASKED_THOUGHT, SAY]),
        ([THINK, SAY], True, [THINK, SAY]),
        ([THINK, SAY], False, [SAY]),
        ([THINK, SAY, ASK], True, [SAY, ASK]),
        ([THINK, ASK], True, [ASK]),
        ([], True, []),
    ],
)
def test_unasked_is_thought_before_words_and_not_about_functions(
    actions: list[object], *, opens: bool, wanted: list[object]
) -> None:
    assert list(with_thoughts(actions, Thoughts.UNASKED, opens=opens)) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(("thoughts", "wanted"), [(Thoughts.ASKED, [THINK, ASK]), (Thoughts.HIDDEN, [ASK])])
@pytest.mark.parametrize("opens", [True, False])
def test_who_asks_gets_every_thought_and_who_declines_none(
    thoughts: Thoughts, wanted: list[object], *, opens: bool
) -> None:
    assert list(with_thoughts([THINK, ASK], thoughts, opens=opens)) == wanted


async def test_a_model_of_google_ai_thinks_before_it_speaks_and_bills_it(autojump_clock: MockClock) -> None:
    async with calling_persona('[[default]]\nsay = "Yes."') as caller:
        await caller.setup(OLD_MODEL)
        await caller.say("hello")
        turn = await caller.turn()
        assert texts(turn[:1], thoughts=True) == UNASKED_THOUGHT.text
        usage = turn[-1].usage_metadata
        assert usage is not None
        assert usage.thoughts_token_count


async def test_it_does_not_think_about_functions(autojump_clock: MockClock) -> None:
    script = 'thought = "Hm."\n[[default]]\ncall = { tool = "look" }\nthen = "I see."'
    async with calling_persona(script) as caller:
        await caller.setup(OLD_MODEL, tools=tools("look"))
        await caller.say("hello")
        (call,) = await caller.called()
        await caller.answer(call, "well")
        await caller.turn()
        assert texts(caller.received, thoughts=True) == ""


async def test_the_same_generation_on_vertex_keeps_its_thoughts(autojump_clock: MockClock) -> None:
    async with calling(Emulation(persona('thought = "Hm."')), Platform.VERTEX) as caller:
        await caller.setup(VERTEX_MODEL)
        await caller.say("hello")
        assert kinds(await caller.turn())[0] == "output_transcription"
