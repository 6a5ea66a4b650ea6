"""One run of one tool: awaited, in a thread, or value by value.

A thread cannot be stopped. When a call is cancelled or out of time, its thread is left behind: it ends when the function
does, nobody looks at its result, and until then it holds one of the places that bound the number of threads.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from contextlib import aclosing
from typing import Any, Final

import trio

from trio_live._callables import underneath
from trio_live._tasks import open_service_nursery
from trio_live._typing import Json, JsonObject
from trio_live.errors import ToolError
from trio_live.state._internal import json_size
from trio_live.tools import LARGEST_ANSWER, ToolContext
from trio_live.tools._internal import as_json

_OVER: Final = object()


class Flow(enum.Enum):
    """How what a function does comes out of it."""

    AWAITED = enum.auto()
    IN_THREAD = enum.auto()
    STREAM = enum.auto()
    STREAM_IN_THREADS = enum.auto()


def flow_of(function: Callable[..., Any]) -> Flow:
    """How a function is to be run."""
    called = underneath(function)
    if inspect.isasyncgenfunction(called):
        return Flow.STREAM
    if inspect.isgeneratorfunction(called):
        return Flow.STREAM_IN_THREADS
    if inspect.iscoroutinefunction(called) or inspect.iscoroutinefunction(getattr(type(called), "__call__", None)):  # noqa: B004  # looked at, not called
        return Flow.AWAITED
    return Flow.IN_THREAD


async def run_tool(
    function: Callable[[], Any], flow: Flow, context: ToolContext, threads: trio.CapacityLimiter
) -> Json:
    """Run a tool to its end.

    Args:
        function: with its arguments in it.
        flow: how it is to be run.
        context: told of every value of a generator.
        threads: how many plain functions may run at once.

    Returns:
        The result as JSON. Of a generator: that it is completed, or all its values where nobody could be told of them.

    Raises:
        ToolError: the result cannot be told.
        Exception: whatever the function raises.

    Cancellation: an async function is cancelled, the thread of a plain one is left behind.
    """
    match flow:
        case Flow.AWAITED:
            return as_json(await function())
        case Flow.STREAM:
            return await _stream(function(), context)
        case Flow.STREAM_IN_THREADS:
            return await _stream(_in_threads(function(), threads), context)
    (result,) = await _in_thread(lambda: [function()], threads)  # wrapped: Trio takes what can be awaited for a mistake
    return as_json(await result if isinstance(result, Awaitable) else result)


async def transformed(result: Json, transforms: Iterable[Callable[[Json], Any]]) -> Json:
    """A result after everything that it goes through, as JSON.

    Raises:
        ToolError: what comes of it cannot be told.
        Exception: whatever a function raises.

    Cancellation: as the functions'.
    """
    for each in transforms:
        made = each(result)
        result = as_json(await made if isinstance(made, Awaitable) else made)
    return result


async def _in_thread(function: Callable[[], Any], threads: trio.CapacityLimiter) -> Any:
    if not hasattr(trio.lowlevel.current_clock(), "autojump_threshold"):
        return await trio.to_thread.run_sync(function, limiter=threads, abandon_on_cancel=True)
    # A clock of tests, that jumps when every task waits: it knows nothing of threads, and would jump to the time limit.
    async with open_service_nursery("the thread is done") as nursery:
        nursery.start_soon(_hold_the_clock)
        return await trio.to_thread.run_sync(function, limiter=threads, abandon_on_cancel=True)


async def _hold_the_clock() -> None:
    while True:
        await trio.lowlevel.checkpoint()


async def _in_threads(values: Generator[Any, None, None], threads: trio.CapacityLimiter) -> AsyncGenerator[Any, None]:
    while (value := await _in_thread(lambda: next(values, _OVER), threads)) is not _OVER:
        yield value


async def _stream(values: AsyncGenerator[Any, None], context: ToolContext) -> Json:
    kept, size = list[Json](), 0
    async with aclosing(values):
        async for each in values:
            value = as_json(each)
            if not await context.report_progress(value):
                kept.append(value)
                size += json_size(value)
                if size > LARGEST_ANSWER:
                    raise ToolError.failed("its values are too many for one answer, and nobody can be told in between")
    return _completed(kept)


def _completed(kept: list[Json]) -> JsonObject:
    return {"status": "completed", "output": kept} if kept else {"status": "completed"}
