from __future__ import annotations

from typing import Any

import pytest

from trio_live import ConfigError
from trio_live.errors import LlmError
from trio_live.evaluation import Caller, Exchange, Goal, LlmCaller, ScriptedCaller, Talk, says
from trio_live.evaluation._callers import read_object
from trio_live.llm import MockLlm


def heard(*answers: str) -> Talk:
    return Talk(tuple(Exchange("x", answer) for answer in answers))


async def test_a_goal_is_tried_in_all_its_words_and_then_given_up() -> None:
    caller = ScriptedCaller([Goal(["one", "two"], says("yes")), Goal("three"), Goal("four", says("yes"))])
    assert isinstance(caller, Caller)
    assert await caller.next_words(Talk()) == "one"
    assert await caller.next_words(heard("no")) == "two"
    assert await caller.next_words(heard("no", "no")) == "three"
    assert await caller.next_words(heard("no", "no", "no")) == "four"
    assert await caller.next_words(heard("no", "no", "no", "yes")) is None
    assert caller.missed(heard("yes")) == [
        ("the agent says 'yes'", False),
        ("say 'three'", True),
        ("the agent says 'yes'", True),
    ]


async def test_a_talk_that_ends_before_its_goals_has_missed_them() -> None:
    caller = ScriptedCaller([Goal("one", says("yes")), Goal("two")])
    await caller.next_words(Talk())
    assert [reached for _, reached in caller.missed(heard("no"))] == [False, False]


@pytest.mark.parametrize("words", [[], "", ["a", " "], [3]])
def test_a_goal_without_words_is_a_mistake(words: Any) -> None:
    with pytest.raises(ConfigError, match="a goal has words to say"):
        Goal(words)


def test_a_caller_without_a_goal_is_a_mistake() -> None:
    with pytest.raises(ConfigError, match="give it one"):
        ScriptedCaller([])


async def test_a_model_that_makes_no_sense_is_an_error() -> None:
    with pytest.raises(LlmError, match="no JSON object with say, done, reached"):
        await LlmCaller(MockLlm.text("Hello"), "x").next_words(Talk())
    assert read_object('```json\n{"a": 1}\n```', ("a", int)) == {"a": 1}
