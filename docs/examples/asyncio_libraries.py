"""Two ways to use a library that was written for asyncio in a Trio program, each as a tool of a live talk.

1. The library is built on anyio (httpx, mcp, Starlette): it runs under Trio as it is.
2. A thread with an event loop of its own, which lives as long as a block does. What is cancelled here is cancelled there.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from concurrent.futures import Future
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import anyio
import trio

from trio_live import Live, ToolDispatcher

T = TypeVar("T")

# -- two libraries of others ---------------------------------------------------------------------------------------------


async def anyio_lookup(name: str) -> str:
    """Stands for a library that is built on anyio."""
    await anyio.sleep(0.01)
    return f"{name}: 555 0100"


class AsyncioDatabase:
    """Stands for a library that is built on asyncio, and keeps a connection in one event loop."""

    async def connect(self) -> None:
        self._loop = asyncio.get_running_loop()

    async def fetch(self, name: str) -> str:
        assert asyncio.get_running_loop() is self._loop
        await asyncio.sleep(0.01)
        return f"{name} owes nothing"


# -- 2. a thread with a loop of its own ---------------------------------------------------------------------------------


class LoopThread:
    """An asyncio event loop in a thread. What it runs is cancelled when whoever waits for it is."""

    def __init__(self) -> None:
        self._ready: Future[None] = Future()

    async def run(self, function: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
        """Await an asyncio function there.

        Cancellation: it is cancelled there.
        """
        return await result_of(asyncio.run_coroutine_threadsafe(function(*args), self._loop))

    async def _live(self) -> None:
        """The thread's side: run what comes, until it is closed; asyncio.run cancels what is left."""
        self._loop, self._closing = asyncio.get_running_loop(), asyncio.Event()
        self._ready.set_result(None)
        await self._closing.wait()

    def _close(self) -> None:
        self._ready.result()
        self._loop.call_soon_threadsafe(self._closing.set)

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncGenerator[LoopThread, None]:
        """A thread with an event loop, which ends with the block."""
        thread = cls()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.to_thread.run_sync, lambda: asyncio.run(thread._live()))
            try:
                await result_of(thread._ready)
                yield thread
            finally:
                thread._close()


async def result_of(future: Future[T]) -> T:
    """Wait, in Trio, for what comes of something in another thread."""
    done, token = trio.Event(), trio.lowlevel.current_trio_token()
    future.add_done_callback(lambda _: token.run_sync_soon(done.set))
    try:
        await done.wait()
    except trio.Cancelled:
        future.cancel()
        raise
    return future.result()


# -- the tools ----------------------------------------------------------------------------------------------------------


async def main() -> None:
    async with LoopThread.open() as thread:
        database = AsyncioDatabase()
        await thread.run(database.connect)

        async def find_number(name: str) -> str:
            """Find somebody's number."""
            return await anyio_lookup(name)

        async def find_debts(name: str) -> str:
            """Find what somebody owes."""
            return await thread.run(database.fetch, name)

        tools = ToolDispatcher(find_number, find_debts)
        live = Live.builder().model("gemini-3.8-live").tools(tools)
        for declared in live.describe_contract().tools:
            print(declared.name, "->", await tools.call_function(declared.name, {"name": "Ada"}))


if __name__ == "__main__":
    trio.run(main)
