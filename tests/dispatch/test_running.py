from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from trio_live.dispatch._running import Flow, flow_of, run_tool
from trio_live.errors import ToolError
from trio_live.tools import ToolContext


def limiter() -> trio.CapacityLimiter:
    return trio.CapacityLimiter(1)


async def run(function: Callable[[], Any], context: ToolContext | None = None) -> Any:
    return await run_tool(function, flow_of(function), context or ToolContext(), limiter())


async def test_async_functions_are_awaited() -> None:
    async def answer() -> tuple[int, ...]:
        await trio.lowlevel.checkpoint()
        return (1, 2)

    assert await run(answer) == [1, 2]


async def test_plain_functions_run_in_a_thread() -> None:
    assert await run(threading.get_ident) != threading.get_ident()


async def test_a_clock_of_tests_does_not_jump_over_a_thread(autojump_clock: MockClock) -> None:
    with trio.fail_after(1):
        assert await run(lambda: time.sleep(0.05)) is None
    with pytest.raises(ZeroDivisionError):
        await run(lambda: 1 / 0)
    assert trio.current_time() == 0


async def test_a_plain_function_may_return_something_to_await() -> None:
    async def later() -> int:
        return 5

    def now() -> Awaitable[int]:
        return later()

    assert await run(now) == 5


async def numbers() -> AsyncIterator[int]:
    yield 1
    await trio.lowlevel.checkpoint()
    yield 2


def letters() -> Iterator[str]:
    yield "a"
    yield "b"


async def test_every_value_of_a_generator_is_told_as_it_comes() -> None:
    told: list[Any] = []

    async def tell(value: Any) -> bool:
        told.append(value)
        return True

    context = ToolContext(progress=tell)
    assert await run(numbers, context) == {"status": "completed"}
    assert await run(letters, context) == {"status": "completed"}
    assert told == [1, 2, "a", "b"]


async def test_where_nobody_can_be_told_the_values_are_kept() -> None:
    assert await run(numbers) == {"status": "completed", "output": [1, 2]}
    assert await run(letters) == {"status": "completed", "output": ["a", "b"]}


async def test_values_that_nobody_takes_are_not_kept_for_ever() -> None:
    async def endless() -> AsyncIterator[int]:
        while True:
            yield 1

    with pytest.raises(ToolError, match="its values are too many for one answer"):
        await run(endless)


async def test_a_value_that_cannot_be_told_ends_a_generator() -> None:
    closed = False

    async def odd() -> AsyncIterator[float]:
        nonlocal closed
        try:
            yield float("nan")
        finally:
            closed = True

    with pytest.raises(ToolError, match="nan is not a JSON number"):
        await run(odd)
    assert closed


async def test_a_cancelled_generator_is_closed() -> None:
    closed = False

    async def endless() -> AsyncIterator[int]:
        nonlocal closed
        try:
            while True:
                yield 1
                await trio.sleep_forever()
        finally:
            closed = True

    with trio.move_on_after(0.01):
        await run(endless)
    assert closed


async def test_a_thread_is_left_behind_when_its_call_is_cancelled() -> None:
    release, threads = threading.Event(), limiter()
    with trio.move_on_after(0.01) as scope:
        await run_tool(lambda: release.wait(30), Flow.IN_THREAD, ToolContext(), threads)
    assert scope.cancelled_caught
    assert threads.borrowed_tokens == 1
    release.set()
    with trio.fail_after(10):
        await threads.acquire()
