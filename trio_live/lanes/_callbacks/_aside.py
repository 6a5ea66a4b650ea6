"""Where callbacks run that nothing waits for: a nursery that is there before it is open, and after it has closed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol

import trio


class Starts(Protocol):
    """Starts tasks: a nursery, or what stands for one."""

    def start_soon(self, function: Callable[..., Awaitable[object]], *args: object, name: object = None) -> None:
        """See `trio.Nursery.start_soon`."""


class Aside:
    """The nursery of one session's concurrent callbacks. Nothing in it outlives the session."""

    def __init__(self) -> None:
        self._nursery: trio.Nursery | None = None

    @property
    def is_open(self) -> bool:
        """Whether tasks can be started."""
        return self._nursery is not None

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[trio.Nursery, None]:
        """Be open while the block lasts, and until its tasks have finished."""
        try:
            async with trio.open_nursery() as self._nursery:
                yield self._nursery
        finally:
            self._nursery = None

    def start_soon(self, function: Callable[..., Awaitable[object]], *args: object, name: object = None) -> None:
        """Start a task.

        Raises:
            RuntimeError: it is not open.
        """
        if self._nursery is None:
            raise RuntimeError("callbacks run only while their session does")
        self._nursery.start_soon(function, *args, name=name)
