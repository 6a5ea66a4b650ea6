from __future__ import annotations

import pytest

from tests.emulator.callers import Notebook, persona, tools
from trio_live.emulator._head import Head
from trio_live.emulator._log import Journal
from trio_live.emulator._mind import Ask
from trio_live.emulator._turn import Batch

PERSONA = persona("""
utterances = ["one"]
[[rule]]
heard = { any = true }
call = [{ tool = "f" }, { tool = "g" }]
then = "{f} {g}"
without_tool = "no"
""")


def head(*names: str, behavior: str | None = None, notebook: Notebook | None = None) -> Head:
    return Head(PERSONA, tools(*names, behavior=behavior), Journal(1, notebook, lambda: 0.0))


def asked(mind: Head) -> Ask:
    ask = mind.answer("go").actions[-1]
    assert isinstance(ask, Ask)
    return ask


@pytest.mark.parametrize("behavior", [None, "BLOCKING", "NON_BLOCKING"])
def test_it_knows_what_declarations_say_about_waiting(behavior: str | None) -> None:
    mind = head("f", "g", behavior=behavior)
    assert mind.behaviors(asked(mind)) == [behavior, behavior]


def test_tools_can_be_replaced() -> None:
    mind = head("f", "g")
    mind.replace_tools([])
    assert "not declared" in mind.answer("go").because


def test_answers_are_remembered_and_noted() -> None:
    notebook = Notebook()
    mind = head("f", "g", notebook=notebook)
    batch = Batch(("1", "2"), asked(mind))
    batch.add("1", {"output": 1}, more_follows=False)
    batch.add("2", {"output": 2}, more_follows=False)
    assert mind.go_on(batch).because == "tool answer"
    assert mind.memory.values["g"] == 2
    assert notebook.mentions("answers f, g by rule 'tool answer'")


def test_utterances_are_used_up_one_by_one() -> None:
    mind = head()
    assert [mind.next_utterance(), mind.next_utterance()] == ["one", "(speech)"]
    assert not mind.has_answered
