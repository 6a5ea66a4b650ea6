"""Three small tools: one that is done at once, one that takes its time, one that gives many values."""

from __future__ import annotations

from collections.abc import AsyncIterator

import trio

from trio_live.tools import tool


@tool
async def add(a: int, b: int = 0) -> int:
    """Add two numbers."""
    return a + b


@tool
async def sleep(seconds: float) -> str:
    """Sleep."""
    await trio.sleep(seconds)
    return "awake"


async def count(to: int) -> AsyncIterator[int]:
    """Count."""
    for number in range(to):
        yield number
