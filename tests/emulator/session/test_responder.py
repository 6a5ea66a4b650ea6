from __future__ import annotations

import pytest

from tests.emulator.callers import Notebook, persona, tools
from trio_live.emulator._log import ConnectionLog
from trio_live.emulator._persona import Ask
from trio_live.emulator._session._responder import Responder
from trio_live.emulator._session._tool_waits import ToolBatch

PERSONA = persona("""
utterances = ["one"]
[[rule]]
heard = { any = true }
call = [{ tool = "f" }, { tool = "g" }]
then = "{f} {g}"
without_tool = "no"
""")


def responder_of(*names: str, behavior: str | None = None, notebook: Notebook | None = None) -> Responder:
    return Responder(PERSONA, tools(*names, behavior=behavior), ConnectionLog(1, notebook, lambda: 0.0))


def asked(responder: Responder) -> Ask:
    ask = responder.answer("go").actions[-1]
    assert isinstance(ask, Ask)
    return ask


@pytest.mark.parametrize("behavior", [None, "BLOCKING", "NON_BLOCKING"])
def test_it_knows_what_declarations_say_about_waiting(behavior: str | None) -> None:
    responder = responder_of("f", "g", behavior=behavior)
    assert responder.behaviors(asked(responder)) == [behavior, behavior]


def test_tools_can_be_replaced() -> None:
    responder = responder_of("f", "g")
    responder.replace_tools([])
    assert "not declared" in responder.answer("go").because


def test_answers_are_remembered_and_noted() -> None:
    notebook = Notebook()
    responder = responder_of("f", "g", notebook=notebook)
    batch = ToolBatch(("1", "2"), asked(responder))
    batch.add("1", {"output": 1}, more_follows=False)
    batch.add("2", {"output": 2}, more_follows=False)
    assert responder.go_on(batch).because == "tool answer"
    assert responder.memory.values["g"] == 2
    assert notebook.mentions("answers f, g by rule 'tool answer'")


def test_utterances_are_used_up_one_by_one() -> None:
    responder = responder_of()
    assert [responder.next_utterance(), responder.next_utterance()] == ["one", "(speech)"]
    assert not responder.has_answered
