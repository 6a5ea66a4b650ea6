from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluation.desk import PERSONA_TEXT, agent
from trio_live import ConfigError
from trio_live.evaluation import offline, read_evaluation
from trio_live.llm import MockLlm

GOOD = """
name = "books a table"
agent = "tests.evaluation.desk:live"
persona = "desk.toml"
[[goal]]
says = "A table, please."
reached = { says = "what time" }
[[goal]]
says = ["Hm.", "At eight."]
reached = { called = "book", with = { time = "eight" } }
[[expect]]
state = { time = "eight" }
[[expect]]
phase = "done"
[[expect]]
never_says = "sorry"
[[expect]]
judged = "It was polite."
at_least = 0.5
"""


def written(folder: Path, text: str) -> Path:
    (folder / "desk.toml").write_text(PERSONA_TEXT, encoding="utf-8")
    file = folder / "talk.toml"
    file.write_text(text, encoding="utf-8")
    return file


async def test_a_file_is_an_evaluation(tmp_path: Path) -> None:
    read = read_evaluation(written(tmp_path, GOOD))
    assert (read.name, read.agent, len(read.goals), len(read.checks)) == (
        "books a table",
        "tests.evaluation.desk:live",
        2,
        3,
    )
    assert read.needs_model
    with pytest.raises(ConfigError, match="needs a text model"):
        await read.run(agent(), offline(read.persona))
    llm = MockLlm.text('{"score": 1, "why": "it was"}')
    report = await read.run(agent(), offline(read.persona), llm)
    assert report.passed, report.text()
    assert len(report.findings) == 4


async def test_a_model_plays_the_caller_where_the_file_says_what_they_want(tmp_path: Path) -> None:
    text = 'agent = "a:b"\n[caller]\ngoal = "A table."\nwho = "a child"\n'
    read = read_evaluation(written(tmp_path, text))
    assert (read.name, read.wants, read.who, read.needs_model) == ("talk", "A table.", "a child", True)
    llm = MockLlm.text('{"say": "", "done": true, "reached": true}')
    report = await read.run(agent(), offline(), llm)
    assert report.goals == (("A table.", True),)


def test_every_mistake_is_told(tmp_path: Path) -> None:
    text = """
        most_exchanges = 0
        persona = "nowhere.toml"
        colour = "red"
        [[goal]]
        says = []
        [[goal]]
        says = "Hi"
        reached = { heard = "x" }
        [[expect]]
        says = "("
        [[expect]]
        judged = "ok"
        at_least = 2
    """
    with pytest.raises(ConfigError) as raised:
        read_evaluation(written(tmp_path, text))
    told = "\n".join(raised.value.problems)
    for words in (
        "nobody knows the key 'colour'",
        "most_exchanges is a whole number above 0, not 0",
        "agent is missing",
        "persona: ",
        "goal 1: a goal has words to say",
        "goal 2, reached: {'heard': 'x'} is no expectation",
        "expect 1: '(' is no regular expression",
        "at_least is a score between 0 and 1, not 2",
    ):
        assert words in told, words
    with pytest.raises(ConfigError, match="is no TOML"):
        read_evaluation(written(tmp_path, "= 3"))
    with pytest.raises(ConfigError, match="say what the caller wants"):
        read_evaluation(written(tmp_path, 'agent = "a:b"'))
