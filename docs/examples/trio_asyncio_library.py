"""A library that was written for asyncio, in an event loop inside of Trio: one thread, and calls both ways."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import trio
import trio_asyncio

from trio_live import ToolContext, ToolDispatcher


class AsyncioQueue:
    """Stands for a library that is built on asyncio, and calls back."""

    def __init__(self, on_message: Callable[[str], Awaitable[None]]) -> None:
        self._on_message = on_message

    async def publish(self, text: str) -> str:
        await asyncio.sleep(0.01)
        await self._on_message(f"{text} was taken")
        return "published"


async def main() -> None:
    seen: list[str] = []

    async def on_message(text: str) -> None:
        await trio.sleep(0.01)  # this is Trio again
        seen.append(text)

    async with trio_asyncio.open_loop():
        queue = AsyncioQueue(trio_asyncio.trio_as_aio(on_message))

        async def publish(text: str, context: ToolContext) -> str:
            """Publish a text."""
            published: str = await trio_asyncio.aio_as_trio(queue.publish)(text)
            return published

        print(await ToolDispatcher(publish).call_function("publish", {"text": "an order"}), seen)


if __name__ == "__main__":
    trio.run(main)
