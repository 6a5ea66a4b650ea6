"""The threads in which recognisers and voices work, so that the loop never waits for one."""

from __future__ import annotations

import os
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeVar

import trio

M = TypeVar("M")
T = TypeVar("T")

WORKERS: Final = max(1, (os.cpu_count() or 1) // 2)
"""Threads for each model: the other half of the machine is for the sessions."""


class Workers(Generic[M]):
    """A model that is loaded when it is first needed, and the threads it works in.

    Args:
        load: makes the model; called once, in a thread.
    """

    def __init__(self, load: Callable[[], M]) -> None:
        self._load = load
        self._model: M | None = None
        self._lock = Lock()
        self._limiter = trio.CapacityLimiter(WORKERS)

    async def run(self, work: Callable[[M], T]) -> T:
        """Have the model do something, in a thread. Always a checkpoint.

        Cancellation: comes through when the thread is done; what it found is lost.
        """
        return await trio.to_thread.run_sync(lambda: work(self._loaded()), limiter=self._limiter)

    async def load(self) -> None:
        """Load the model, if it is not there yet, so that nobody waits for it later."""
        await self.run(lambda _: None)

    def _loaded(self) -> M:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model
