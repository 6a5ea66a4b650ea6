"""Sleeping between batches: a reader that is woken once for many items.

At the pace of a call a wake-up costs more than everything else that happens to an item, so what may wait a moment wakes
nobody. The reader naps, and whoever adds an item says how urgent it is::

    nap.end()         now: the reader runs with the next turn of the scheduler
    nap.end_soon()    now, if the last nap ended some time ago; otherwise when that time has passed
    (neither)         the item waits for one that is urgent, or for the end of the longest nap

The second costs no task: Trio keeps the deadline.
"""

from __future__ import annotations

import math

import trio

from trio_live._typing import Seconds


class Nap:
    """The sleep of one task.

    Args:
        batch: naps that are ended soon, end this far apart at least.
    """

    def __init__(self, batch: Seconds) -> None:
        self._batch = batch
        self._sleeper = trio.lowlevel.ParkingLot()
        self._scope = trio.CancelScope()
        self._ended_at = -math.inf
        self._clock = trio.lowlevel.current_clock().current_time
        self.is_undisturbed = False
        """Somebody sleeps, and nobody has asked for an end yet: only then is there anything for `end_soon` to do."""

    async def sleep(self, longest: Seconds = math.inf) -> None:
        """Sleep until somebody ends it, or so long at most. Always a checkpoint.

        Cancellation: harmless.
        """
        self.is_undisturbed = True
        try:
            with trio.CancelScope(deadline=self._clock() + longest) as self._scope:
                await self._sleeper.park()
        finally:
            self.is_undisturbed = False
        self._ended_at = self._clock()

    def end(self) -> None:
        """Wake the sleeper, if there is one."""
        if self._sleeper:
            self.is_undisturbed = False
            self._sleeper.unpark_all()

    def end_soon(self) -> None:
        """Wake the sleeper with what else comes before its turn."""
        if self.is_undisturbed:
            self.is_undisturbed = False
            due = self._ended_at + self._batch
            if due <= self._clock():
                self._sleeper.unpark_all()
            elif due < self._scope.deadline:
                self._scope.deadline = due
