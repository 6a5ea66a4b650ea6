"""What waits to be written, and the only task that writes it.

Putting a frame never waits, so decisions stay plain functions and frames keep the order in which they were decided:
an ``interrupted`` is behind everything that was put before it and in front of all that comes later. Whoever produces
many frames asks for room first (`Outbox.wait_room`); that is where a client that does not read is felt.
"""

from __future__ import annotations

from typing import Final

import trio

from trio_live.emulator._log import Direction, Journal
from trio_live.emulator._speech import Frame
from trio_live.transport import Transport

MOST_WAITING: Final = 256
"""Frames beyond which producers wait: five seconds of speech with its words, three hundred kilobytes."""


class Outbox:
    """The frames of one connection on their way out."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[Frame] = []
        self._writing = 0
        self._changed = trio.lowlevel.ParkingLot()

    def put(self, *frames: Frame) -> None:
        """Add frames behind all others."""
        self._waiting.extend(frames)
        self._changed.unpark_all()

    async def wait_room(self) -> None:
        """Wait until not too many frames wait. Always a checkpoint.

        Cancellation: nothing is lost.
        """
        await trio.lowlevel.checkpoint()
        while len(self._waiting) > MOST_WAITING:
            await self._changed.park()
        await trio.lowlevel.checkpoint_if_cancelled()

    async def wait_empty(self) -> None:
        """Wait until everything is written."""
        await trio.lowlevel.checkpoint()
        while self._waiting or self._writing:
            await self._changed.park()

    async def write_to(self, transport: Transport) -> None:
        """Write whatever is put, for ever.

        Raises:
            LinkLost: the connection is over.
        """
        while True:
            while not self._waiting:
                await self._changed.park()
            batch, self._waiting = self._waiting, []
            self._writing = len(batch)
            await transport.send([frame.data for frame in batch])
            self._writing = 0
            self._changed.unpark_all()
            if self._journal.is_kept:
                for frame in batch:
                    self._journal.write(Direction.SENT, frame.summary, is_media=frame.is_media)
