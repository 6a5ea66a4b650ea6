"""The time that plain callbacks may take: they run where sound is waiting, so a slow one is named.

A look at the clock before and after each costs a ten-thousandth of what a frame costs anyway. What is measured is time on
the wall: a callback that waits for a lock, or for a core, or through a run of the garbage collector, holds up the sound
as much as one that computes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from trio_live._typing import Seconds
from trio_live.lanes._callbacks._sparing import Sparing

logger = logging.getLogger("trio_live.callbacks")

BUDGET: Final[Seconds] = 0.001
"""What a plain callback may take."""

TELL_EVERY: Final[Seconds] = 60.0
"""A callback that is slow again and again is logged the first time, then at most this often; all are counted."""

stopwatch: Callable[[], Seconds] = time.perf_counter
"""Whose time it is; tests put one of their own here."""


class CallbackBudget:
    """Counts the plain callbacks of one session that were too slow, and names them.

    Args:
        count: takes the name of one, and how many seconds it took.
    """

    def __init__(self, count: Callable[[str, Seconds], None]) -> None:
        self._count = count
        self._sparing = Sparing(TELL_EVERY)
        self.stopwatch = stopwatch
        """Seconds that never run backwards, whatever clock the session has."""

    def check(self, name: str, took: Seconds) -> None:
        """A callback has returned."""
        if took <= BUDGET:
            return
        self._count(name, took)
        missed = self._sparing.due(name)
        if missed is not None:
            more = f"; so did {missed} calls before it" if missed else ""
            logger.warning(
                "%s took %.1f ms, and sound waited for it; it is to return within %.0f ms%s",
                name,
                1000 * took,
                1000 * BUDGET,
                more,
            )
