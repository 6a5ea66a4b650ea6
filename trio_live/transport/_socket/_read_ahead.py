"""How far a library may read ahead of whoever takes its messages.

A library with a queue of its own counts messages, and a message may have megabytes. What it reads goes through a stream
of ours, though; so the bytes are counted there, and when they are too many, nothing is read until every message has been
taken. Then the peer waits for its socket, as it does for everybody who is slow.

That every message has been taken is known only from outside: whoever takes them has waited for one more while all other
tasks had their turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import trio

from trio_live.transport._socket._limits import AHEAD_BYTES


class ReadAhead:
    """Stands between a library that reads and one task that takes its messages."""

    def __init__(self) -> None:
        self._bytes = 0
        """Read since every message had been taken."""
        self._is_bounded = True
        self._is_wanted = False
        self._waits = 0
        """How often a message was waited for."""
        self._stopped = trio.lowlevel.ParkingLot()

    @contextmanager
    def wanted(self) -> Iterator[None]:
        """Around the wait for one message."""
        self._is_wanted = True
        self._waits += 1
        self._stopped.unpark_all()
        try:
            yield
        finally:
            self._is_wanted = False

    def count(self, data: bytes | bytearray) -> None:
        """These bytes were read."""
        self._bytes += len(data)

    def lift(self) -> None:
        """Nobody takes messages any more: the library lets go of what comes."""
        self._is_bounded = False
        self._stopped.unpark_all()

    async def wait_for_room(self) -> None:
        """Wait while too much was read ahead. No checkpoint where there is room, which is nearly always.

        Cancellation: harmless.
        """
        while self._is_bounded and self._bytes > AHEAD_BYTES:
            if not self._is_wanted:
                await self._stopped.park()
            waits = self._waits
            await trio.lowlevel.checkpoint()
            if self._is_wanted and self._waits == waits:  # all that time: there was nothing to take
                self._bytes = 0
