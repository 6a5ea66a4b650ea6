"""A Trio run that goes on only while a step is taken: for state machines whose rules are plain functions.

It is a guest of the thread that takes the steps. Between two steps nothing of it runs, and no virtual time passes, however
long Hypothesis thinks; within a step the clock jumps as `trio.run` with an autojumping clock would let it.
"""

from __future__ import annotations

import queue
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, TypeVar, cast

import outcome
import trio
from trio.testing import MockClock

T = TypeVar("T")
S = TypeVar("S")


class Stepper(Generic[S]):
    """Holds what an async context manager opens, and lets plain functions act on it.

    Args:
        scene: opened now; closed by `close`.
    """

    def __init__(self, scene: Callable[[], AbstractAsyncContextManager[S]]) -> None:
        self._scene = scene
        self._ticks: queue.SimpleQueue[Callable[[], Any]] = queue.SimpleQueue()
        self._job: Callable[[S], Awaitable[Any]] | None = None
        self._closes = False
        self._done: outcome.Outcome[Any] | None = None
        self._over: outcome.Outcome[None] | None = None
        self.tasks_left = 0
        """Tasks that were there when the scene was closed, and not before it was opened."""
        trio.lowlevel.start_guest_run(
            self._main,
            run_sync_soon_threadsafe=self._ticks.put,
            done_callback=self._finish,
            clock=MockClock(autojump_threshold=0),
        )
        self._pump()
        self._check()

    def step(self, act: Callable[[S], Awaitable[T]]) -> T:
        """Let the run go on until ``act`` returns; returns, or raises, what it does."""
        self._job = act
        self._go_on()
        return cast("T", self._result().unwrap())

    def close(self) -> None:
        """Close the scene. What that raises comes out."""
        self._closes = True
        self._go_on()
        assert self._over is not None
        self._over.unwrap()

    def _check(self) -> None:
        """Raise why the scene could not be opened, or is not there any more."""
        if self._over is not None:
            self._over.unwrap()

    def _result(self) -> outcome.Outcome[Any]:
        if self._done is None:
            self._check()
        assert self._done is not None
        return self._done

    def _go_on(self) -> None:
        self._done = None
        self._pump()

    def _pump(self) -> None:
        while self._done is None and self._over is None:
            self._ticks.get(timeout=60)()

    def _finish(self, over: outcome.Outcome[None]) -> None:
        self._over = over

    async def _main(self) -> None:
        before = trio.lowlevel.current_statistics().tasks_living
        async with self._scene() as scene:
            self._done = outcome.Value(None)
            while not self._closes:
                job, self._job = self._job, None
                if job is not None:
                    self._done = await outcome.acapture(job, scene)
                await trio.lowlevel.checkpoint()  # never idle: on a clock that jumps, whoever waits lets time pass
        self.tasks_left = trio.lowlevel.current_statistics().tasks_living - before
