"""Typed functions of a session: each call in a scope of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import answering_all_but, failed, responses, returning
from tests.lanes.rig import BoomError, araising
from tests.peer import builder, call, call_of, cancels, interrupted, settled, tool_call
from trio_live import FunctionResponse, State
from trio_live.tools import ToolContext


class Book:
    """Functions that write down what became of them."""

    def __init__(self) -> None:
        self.notes: list[Any] = []

    async def look_up(self, city: str, context: ToolContext) -> str:
        """The weather.

        Args:
            city: where.
        """
        self.notes.append(("look_up", city))
        try:
            await trio.sleep(5)
        except trio.Cancelled:
            self.notes.append(("cancelled", city, context.cancellation.reason))
            raise
        return f"sunny in {city}"


async def add(first: int, second: int) -> int:
    """The sum."""
    return first + second


@pytest.mark.parametrize("callback", [None, returning(None)], ids=["no callback", "None"])
async def test_a_tool_answers_where_the_callback_leaves_it_to(callback: Any, autojump_clock: MockClock) -> None:
    live = builder().tools(add)
    live = live.on_tool_call(callback) if callback is not None else live
    async with call(live) as (_, peer):
        await peer.send(tool_call(call_of("add", "1", first=1, second=2), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("1", {"output": 3}), ("2", failed("Tool not found: g"))]


async def test_a_callback_that_answers_a_list_keeps_the_tools_out(autojump_clock: MockClock) -> None:
    async with call(builder().tools(add).on_tool_call(answering_all_but("add"))) as (_, peer):
        await peer.send(tool_call(call_of("add", "1", first=1, second=2), call_of("g", "2")))
        await settled()
        assert responses(peer) == [("1", failed("No answer was given for add")), ("2", {"output": "done"})]


async def test_a_tool_that_was_kept_out_is_not_said_to_be_missing(autojump_clock: MockClock) -> None:
    async with call(builder().tools(add).on_tool_call(returning([]))) as (_, peer):
        await peer.send(tool_call(call_of("add", "1", first=1, second=2)))
        await settled()
        assert responses(peer) == [("1", failed("No answer was given for add"))]


async def test_when_the_callback_raises_the_tools_answer_what_they_know(autojump_clock: MockClock) -> None:
    async with call(builder().tools(add).on_tool_call(araising(BoomError("no")))) as (_, peer):
        await peer.send(tool_call(call_of("g", "1"), call_of("add", "2", first=1, second=2)))
        await settled()
        assert responses(peer) == [("1", failed("Tool execution failed: no")), ("2", {"output": 3})]


async def test_of_two_calls_the_one_that_is_cancelled_ends_and_the_other_runs(autojump_clock: MockClock) -> None:
    book = Book()
    async with call(builder().tools(book.look_up)) as (_, peer):
        await peer.send(tool_call(call_of("look_up", "1", city="Oslo"), call_of("look_up", "2", city="Rome")))
        await trio.sleep(1)
        await peer.send(cancels("1"))
        await trio.sleep(10)
        assert responses(peer) == [("2", {"output": "sunny in Rome"})]
    assert book.notes == [
        ("look_up", "Oslo"),
        ("cancelled", "Oslo", "the server cancelled the call"),
        ("look_up", "Rome"),
    ]


async def test_after_an_interruption_the_rest_of_the_batch_is_not_started(autojump_clock: MockClock) -> None:
    book = Book()
    async with call(builder().tools(book.look_up)) as (_, peer):
        await peer.send(tool_call(call_of("look_up", "1", city="Oslo"), call_of("look_up", "2", city="Rome")))
        await trio.sleep(1)
        await peer.send(interrupted())
        await trio.sleep(10)
        assert peer.answers == []
    assert book.notes == [("look_up", "Oslo"), ("cancelled", "Oslo", "the user interrupted")]


async def test_an_interceptor_sees_what_tools_answer(autojump_clock: MockClock) -> None:
    async def double(answers: Sequence[FunctionResponse], state: State) -> list[FunctionResponse]:
        assert answers[0].response == {"output": 3}
        return [FunctionResponse(id=answers[0].id, name="add", response={"output": 6})]

    async with call(builder().tools(add).before_tool_response(double)) as (_, peer):
        await peer.send(tool_call(call_of("add", "1", first=1, second=2)))
        await settled()
        assert responses(peer) == [("1", {"output": 6})]


async def test_a_call_whose_arguments_do_not_fit_is_answered_with_what_is_wrong(autojump_clock: MockClock) -> None:
    async with call(builder().tools(add)) as (_, peer):
        await peer.send(tool_call(call_of("add", "1", first="one", second=2)))
        await settled()
        [(_, response)] = responses(peer)
    assert response["status"] == "error"
    assert "first" in response["error"]
