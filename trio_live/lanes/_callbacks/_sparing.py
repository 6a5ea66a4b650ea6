"""Saying the same thing at most so often, and how often it was left unsaid."""

from __future__ import annotations

import trio

from trio_live._typing import Seconds


class Sparing:
    """Decides, for each name, whether it is time to say something again.

    Args:
        every: seconds between two times; the first time is always due.
    """

    def __init__(self, every: Seconds) -> None:
        self._every = every
        self._last: dict[str, Seconds] = {}
        self._missed: dict[str, int] = {}

    def due(self, name: str) -> int | None:
        """Whether to say it now: how many times it was left unsaid since; ``None``: not now."""
        now = trio.current_time()
        last = self._last.get(name)
        if last is not None and now - last < self._every:
            self._missed[name] = self._missed.get(name, 0) + 1
            return None
        self._last[name] = now
        return self._missed.pop(name, 0)
