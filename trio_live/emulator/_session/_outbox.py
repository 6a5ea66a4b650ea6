"""What waits to be written, and the only task that writes it.

Putting a frame never waits, so decisions stay plain functions and frames keep the order in which they were decided:
an ``interrupted`` is behind everything that was put before it and in front of all that comes later. Whoever produces
many frames asks for room first (`Outbox.wait_room`); that is where a client that does not read is felt.
"""

from __future__ import annotations

import trio

from trio_live.emulator._audio import Frame
from trio_live.emulator._faults import FaultInjector
from trio_live.emulator._log import ConnectionLog, Direction
from trio_live.emulator._service import LIMITS
from trio_live.transport import Transport

MOST_WAITING = LIMITS["frames"].most
"""Frames beyond which producers wait: five seconds of speech with its words, three hundred kilobytes."""
MOST_BYTES = LIMITS["frame bytes"].most
"""Bytes beyond which they wait as well: for pictures, and for the answers to a client that asks and does not read."""


class Outbox:
    """The frames of one connection on their way out."""

    def __init__(self, log: ConnectionLog, injector: FaultInjector | None = None) -> None:
        self._log = log
        self._injector = injector or FaultInjector((), log.note)
        self._waiting: list[Frame] = []
        self._writing = 0
        self._bytes = 0
        self._changed = trio.lowlevel.ParkingLot()

    def put(self, *frames: Frame) -> None:
        """Add frames behind all others, or what a fault makes of them."""
        frames = tuple(self._injector.through(frames))
        self._waiting.extend(frames)
        self._bytes += sum(len(frame.data) for frame in frames)
        if not self._waiting and not self._writing:
            self._injector.all_written()
        self._changed.unpark_all()

    async def wait_room(self) -> None:
        """Wait until not too many frames wait. Always a checkpoint.

        Cancellation: nothing is lost.
        """
        await trio.lowlevel.checkpoint()
        while len(self._waiting) > MOST_WAITING or self._bytes > MOST_BYTES:
            await self._changed.park()
        await trio.lowlevel.checkpoint_if_cancelled()

    async def wait_flow(self) -> None:
        """Wait until the model may go on: there is room, and no fault makes it stall. Always a checkpoint."""
        await self.wait_room()
        if self._injector.stalled_until > trio.current_time():
            await trio.sleep_until(self._injector.stalled_until)

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
            self._bytes = 0
            if self._injector.write_delay:
                await self._write_slowly(transport, batch)
            else:
                await transport.send([frame.data for frame in batch])
            self._writing = 0
            if not self._waiting:
                self._injector.all_written()
            self._changed.unpark_all()
            if self._log.is_kept:
                for frame in batch:
                    self._log.write(Direction.SENT, frame.summary, is_media=frame.is_media, frame=frame.data)

    async def _write_slowly(self, transport: Transport, batch: list[Frame]) -> None:
        for frame in batch:
            await trio.sleep(self._injector.write_delay)
            await transport.send([frame.data])
