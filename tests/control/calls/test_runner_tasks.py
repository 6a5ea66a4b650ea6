"""The tasks that answer batches: one waits for the next batch, and nothing of one batch is seen by another."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from tests.control.calls.answers import responses
from tests.peer import builder, call, call_of, cancels, interrupted, settled, tool_call
from trio_live import FunctionCall, FunctionResponse, State, ToolContext, tool
from trio_live.errors import SessionFailed

Answers = list[FunctionResponse]
mark: ContextVar[str] = ContextVar("mark", default="")


def answered(calls: Sequence[FunctionCall], result: object = None) -> Answers:
    return [FunctionResponse.of(each, {"result": result}) for each in calls]


async def test_batches_one_after_the_other_are_answered_by_one_task(autojump_clock: MockClock) -> None:
    tasks: list[trio.lowlevel.Task] = []

    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        tasks.append(trio.lowlevel.current_task())
        await trio.sleep(1)
        return answered(calls)

    async with call(builder().on_tool_call(answer)) as (_, peer):
        for number in range(10):
            await peer.send(tool_call(call_of("f", f"{number}")))
            await trio.sleep(2)
        assert len(peer.answers) == 10
        assert len(set(tasks)) == 1


async def test_batches_at_once_have_a_task_each_and_one_of_them_stays(autojump_clock: MockClock) -> None:
    tasks: list[trio.lowlevel.Task] = []

    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        tasks.append(trio.lowlevel.current_task())
        await trio.sleep(1)
        return answered(calls)

    async with call(builder().on_tool_call(answer)) as (_, peer):
        await settled()
        before = trio.lowlevel.current_statistics().tasks_living
        await peer.send(*(tool_call(call_of("f", f"{number}")) for number in range(5)))
        await settled()
        assert len(set(tasks)) == 5
        await trio.sleep(2)
        assert len(peer.answers) == 5
        assert trio.lowlevel.current_statistics().tasks_living == before + 1


async def test_what_a_function_sets_in_its_context_is_not_seen_by_the_next(autojump_clock: MockClock) -> None:
    seen: list[str] = []

    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        seen.append(mark.get())
        mark.set(str(calls[0].id))
        await trio.sleep(1)
        seen.append(mark.get())
        return answered(calls)

    async with call(builder().on_tool_call(answer)) as (_, peer):
        for number in "12":
            await peer.send(tool_call(call_of("f", number)))
            await trio.sleep(2)
    assert seen == ["", "1", "", "2"]


async def test_a_task_goes_on_after_a_batch_that_was_cancelled(autojump_clock: MockClock) -> None:
    tasks: list[trio.lowlevel.Task] = []

    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        tasks.append(trio.lowlevel.current_task())
        await trio.sleep(1)
        return answered(calls)

    async with call(builder("f").on_tool_call(answer)) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await trio.sleep(0.5)
        await peer.send(cancels("1"))
        await settled()
        await peer.send(tool_call(call_of("f", "2")))
        await trio.sleep(0.5)
        await peer.send(interrupted())
        await settled()
        await peer.send(tool_call(call_of("f", "3")))
        await trio.sleep(2)
        assert responses(peer) == [("3", {"result": None})]
        assert len(set(tasks)) == 1


async def test_a_batch_that_ends_just_when_it_is_cancelled_does_not_cancel_the_next(autojump_clock: MockClock) -> None:
    waiting = trio.Event()

    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        if calls[0].id == "1":
            with trio.CancelScope(shield=True):
                await waiting.wait()
        return answered(calls)

    async with call(builder().on_tool_call(answer)) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        await peer.send(cancels("1"))
        await settled()
        waiting.set()
        await settled()
        await peer.send(tool_call(call_of("f", "2")))
        await settled()
        assert responses(peer) == [("2", {"result": None})]


async def test_a_tool_is_told_why_it_is_wanted_no_more_and_the_next_one_is_wanted(autojump_clock: MockClock) -> None:
    contexts: list[ToolContext] = []

    @tool
    async def look(context: ToolContext) -> str:
        """Look."""
        contexts.append(context)
        await trio.sleep(1)
        return "seen"

    async with call(builder().tools(look)) as (_, peer):
        await peer.send(tool_call(call_of("look", "1")))
        await trio.sleep(0.5)
        await peer.send(cancels("1"))
        await settled()
        await peer.send(tool_call(call_of("look", "2")))
        await trio.sleep(2)
        assert [context.cancellation.reason for context in contexts] == ["the server cancelled the call", None]
        assert responses(peer) == [("2", {"output": "seen"})]


async def test_a_task_that_waits_for_a_batch_does_not_hold_up_the_end(autojump_clock: MockClock) -> None:
    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        return answered(calls)

    tasks = trio.lowlevel.current_statistics().tasks_living
    async with call(builder().on_tool_call(answer)) as (_, peer):
        await peer.send(tool_call(call_of("f", "1")))
        await settled()
        ended = trio.current_time()
    assert trio.current_time() == ended
    assert trio.lowlevel.current_statistics().tasks_living == tasks


@asynccontextmanager
async def nursery_left_open() -> AsyncGenerator[None, None]:
    async with trio.open_nursery():
        yield


@asynccontextmanager
async def limit_left_open() -> AsyncGenerator[None, None]:
    with trio.move_on_after(5):
        yield


@pytest.mark.parametrize("leave_open", [nursery_left_open, limit_left_open])
async def test_what_a_function_leaves_open_is_found_at_its_end(leave_open: Any, autojump_clock: MockClock) -> None:
    kept: list[Any] = []

    async def answer(calls: Sequence[FunctionCall], _: State) -> Answers:
        kept.append(leave_open())
        await kept[-1].__aenter__()
        return answered(calls)

    with pytest.raises(SessionFailed, match="stack corrupted"):  # noqa: PT012  # it comes out where the session is left
        async with call(builder().on_tool_call(answer)) as (_, peer):
            await peer.send(tool_call(call_of("f", "1")))
            await trio.sleep(1)
    with suppress(RuntimeError):
        await kept[0].__aexit__(None, None, None)
