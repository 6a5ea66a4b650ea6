"""How long one step of one task held the loop."""

from __future__ import annotations

import time

import trio


class Steps(trio.abc.Instrument):
    """How long the loop was held by one step of one task, in CPU time."""

    def __init__(self, leaves_out: str) -> None:
        self._leaves_out = leaves_out
        """Part of the names of tasks that are the fuzzer's own."""
        self.longest_ms, self.name, self._began = 0.0, "", time.thread_time()

    def before_task_step(self, task: trio.lowlevel.Task) -> None:
        self._began = time.thread_time()

    def after_task_step(self, task: trio.lowlevel.Task) -> None:
        took = 1000 * (time.thread_time() - self._began)
        if took > self.longest_ms and self._leaves_out not in task.name:
            self.longest_ms, self.name = took, task.name
