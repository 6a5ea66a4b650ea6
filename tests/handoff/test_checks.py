"""What is wrong with the agents of a call."""

from __future__ import annotations

from collections.abc import Sequence

from trio_live import FunctionDeclaration, Platform
from trio_live.handoff import Passage
from trio_live.handoff._internal import agent_mistakes, declarations_that_clash
from trio_live.wire import Tool, profile_for

ROW = profile_for("gemini-live-2.5-flash-native-audio", Platform.VERTEX)


def tools(*functions: FunctionDeclaration) -> Sequence[Tool]:
    return [Tool(function_declarations=list(functions))]


def test_one_name_for_two_functions_is_a_mistake_where_all_are_declared_at_once() -> None:
    pay, other = FunctionDeclaration("pay", description="Pay."), FunctionDeclaration("pay", description="Pay twice.")
    assert [*declarations_that_clash({"a": tools(pay), "b": tools(pay)}, ROW)] == []
    (clash,) = declarations_that_clash({"a": tools(pay), "b": tools(other)}, ROW)
    assert clash.startswith("agents 'a' and 'b' declare 'pay' in two ways")


def test_every_mistake_is_told() -> None:
    assert agent_mistakes(
        {"a": "Be a.", "b": None},
        {"a": tools(), "b": tools()},
        {"a": Passage.UPDATE, "b": Passage.RECONNECT},
        ROW,
        may_reconnect=False,
    ) == [
        "agent 'b' has no instruction, so nothing would tell it from the one before; give it one",
        (
            "with the 2.5 native audio model a transfer to 'b' needs another connection, and there can be none: leave"
            " `reconnect` on, and dial with `connect_google_ai`, `connect_vertex` or `connect`"
        ),
    ]
    (alone,) = agent_mistakes({"a": "Be a."}, {"a": tools()}, {"a": Passage.UPDATE}, ROW, may_reconnect=True)
    assert alone == "'a' is the only agent, and can hand over to nobody; add another"
    (deaf,) = agent_mistakes(
        {"a": "a", "b": "b"}, {}, {"a": Passage.NOWHERE, "b": Passage.NOWHERE}, ROW, may_reconnect=True
    )
    assert deaf == "the 2.5 native audio model takes no instructions, so no agent can take over"
