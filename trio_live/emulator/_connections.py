"""The connections of one emulator: numbered, counted, and waited for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
import trio

from trio_live.emulator._log import ConnectionLog, LogHook


@attrs.frozen
class ConnectionStatistics:
    """Connections so far."""

    accepted: int = 0
    """Connections that came as far as the first message."""
    active: int = 0
    """Connections that are open now."""
    turned_away: int = 0
    """Upgrades refused with an HTTP status."""
    refused: int = 0
    """Connections closed because of what the client sent."""
    failed: int = 0
    """Connections closed because the emulator broke."""


class Connections:
    """All connections of an emulator.

    Args:
        on_log: called with every record of what happens on them.
    """

    def __init__(self, on_log: LogHook | None) -> None:
        self._on_log = on_log
        self._numbers = itertools.count(1)
        self._changed = trio.lowlevel.ParkingLot()
        self.statistics = ConnectionStatistics()

    def new_log(self) -> ConnectionLog:
        """The log of a new connection, which it gives its number."""
        return ConnectionLog(next(self._numbers), self._on_log, trio.current_time)

    def count(self, **change: int) -> None:
        """Change the statistics by so much."""
        counts = {name: getattr(self.statistics, name) + by for name, by in change.items()}
        self.statistics = attrs.evolve(self.statistics, **counts)
        self._changed.unpark_all()

    @contextmanager
    def open(self) -> Iterator[None]:
        """One connection is open, as long as the block lasts."""
        self.count(accepted=1, active=1)
        try:
            yield
        finally:
            self.count(active=-1)

    async def wait_idle(self) -> None:
        """Wait until no connection is open. Always a checkpoint.

        Cancellation: nothing is lost.
        """
        await trio.lowlevel.checkpoint()
        while self.statistics.active:
            await self._changed.park()
