"""The time of day, for tokens that expire at some hour. It runs with Trio's clock, so that tests can let it run."""

from __future__ import annotations

import time

import trio


class WallClock:
    """Reads the wall clock once; from then on it counts Trio's seconds."""

    def __init__(self) -> None:
        self._offset: float | None = None

    def now(self) -> float:
        """Seconds since 1970."""
        if self._offset is None:
            self._offset = time.time() - trio.current_time()
        return self._offset + trio.current_time()
