"""Cancelling a piece of work at every place where it can be cancelled.

A task runs in steps: from one checkpoint to the next. `cancel_everywhere` runs the same work again and again, and
cancels it when its tasks have made one step, two steps, three …, until one run is over before its turn comes. What
must hold after each run is then a fact about all of them::

    count = await cancel_everywhere(dial_and_leave)

Steps of tasks that the work starts are counted too, so a cancellation also falls between the steps of a helper that
the work is waiting for. Tasks outside of the work (a server, say) are not counted.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Awaitable, Callable

import trio

Work = Callable[[], Awaitable[object]]


async def cancel_everywhere(work: Work, *, after_each: Callable[[], object] | None = None, most: int = 5000) -> int:
    """Run ``work`` until it completes, cancelled after its first step, its second, and so on.

    Args:
        work: what to run; called anew each time. It must leave nothing behind when it is cancelled.
        after_each: checks what must hold after each run, cancelled or not.
        most: runs after which it is clear that the work never completes.

    Returns:
        How many runs were cancelled.

    Raises:
        AssertionError: there were warnings, such as a socket that was left to the garbage collector; or the work
            never completed.
        Exception: what ``work`` or ``after_each`` raised, with a note that says at which step it was cancelled.
    """
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        count = await _count_cancelled_runs(work, after_each, most)
        gc.collect()
    assert not warned, "\n".join(str(warning.message) for warning in warned)
    return count


async def _count_cancelled_runs(work: Work, after_each: Callable[[], object] | None, most: int) -> int:
    for steps in range(1, most + 1):
        run = _Run(steps)
        try:
            await run.of(work)
            if after_each is not None:
                after_each()
        except Exception as error:
            error.add_note(f"cancelled after {steps} steps")
            raise
        if not run.scope.cancel_called:
            return steps - 1
    message = f"the work is not over after {most} steps"
    raise AssertionError(message)


class _Run(trio.abc.Instrument):
    """One run of the work, in a task of its own so that its steps can be told from everybody else's."""

    def __init__(self, steps: int) -> None:
        self.scope = trio.CancelScope()
        self._steps_left = steps
        self._root: trio.lowlevel.Task | None = None

    async def of(self, work: Work) -> None:
        failures: list[Exception] = []

        async def root() -> None:
            self._root = trio.lowlevel.current_task()
            try:
                with self.scope:
                    await work()
            except Exception as error:  # noqa: BLE001  # raised again below, outside of the nursery
                failures.append(error)
            self._root = None

        trio.lowlevel.add_instrument(self)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(root)
        finally:
            trio.lowlevel.remove_instrument(self)
        if failures:
            raise failures[0]

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        if self._root is None or not self._is_ours(task):
            return
        self._steps_left -= 1
        if self._steps_left == 0:
            self.scope.cancel()

    def _is_ours(self, task: trio.lowlevel.Task | None) -> bool:
        while task is not None and task is not self._root:
            task = task.parent_nursery.parent_task if task.parent_nursery is not None else None
        return task is not None
