"""The way out: commands wait in one bounded queue, and one task writes them.

A send returns when its command is in the queue; a full queue makes it wait, which is how a slow network is felt.
The writer takes everything that waits, encodes it, and hands the transport one batch.

Strategy: a call first waits for room and then queues, without a checkpoint between. A memory channel would do both in
one call, but its sender learns of its luck only when it is scheduled again; by then others have read what it was about
to write down (which instruction the model has) or have gone ahead without what it carried (context that was held
back). Room is handed from the writer to whoever waits longest, so nobody overtakes.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import trio

from trio_live import wire_events as wire
from trio_live.errors import LocalProtocolError, SessionClosed
from trio_live.events import Command
from trio_live.lanes._queues import QUEUES, next_burst
from trio_live.lanes._router import Router
from trio_live.session import SessionProtocol
from trio_live.transport import Transport


class Outbound:
    """One session's outbound queue and its writer."""

    def __init__(self, protocol: SessionProtocol, router: Router) -> None:
        self._protocol = protocol
        self._router = router
        self._send, self._receive = trio.open_memory_channel[tuple[Command, ...]](QUEUES["outbound"].capacity)
        self._room = QUEUES["outbound"].capacity
        self._waiting = trio.lowlevel.ParkingLot()
        self._accepted = 0
        self._written = 0
        self._progress = trio.lowlevel.ParkingLot()
        self._over: SessionClosed | None = None
        self._abandoned = False

    async def submit(self, *commands: Command) -> None:
        """Queue one or more commands, in one step that nothing comes between; wait while the queue is full.

        Raises:
            SessionClosed: the session is over, or ended while this call waited.
            LocalProtocolError: the command cannot be sent in this session.

        Cancellation: nothing was queued.
        """
        self.check_open()
        for command in commands:
            self._protocol.check(command)
        await self.submit_made(lambda: commands)

    async def submit_made(self, make: Callable[[], tuple[Command, ...]]) -> None:
        """As `submit`, with commands that are made in the very instant in which they are queued.

        Args:
            make: called when there is room. What it reads and writes, nobody else reads or writes before its commands
                are in the queue. Must not fail.

        Raises:
            SessionClosed: the session is over, or ended while this call waited; ``make`` was not called.

        Cancellation: ``make`` was not called.
        """
        self.check_open()
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._room:
            self._room -= 1
        else:
            await self._waiting.park()  # whoever wakes this call leaves it the room
            self.check_open()
        self._send.send_nowait(make())
        self._accepted += 1
        await trio.lowlevel.cancel_shielded_checkpoint()

    async def flush(self) -> None:
        """Wait until every command accepted so far has been handed to the network.

        Raises:
            SessionClosed: the session ended before.

        Cancellation: harmless.
        """
        target = self._accepted
        await trio.lowlevel.checkpoint()
        while self._written < target:
            if self._abandoned:
                raise self._closed()
            await self._progress.park()

    async def run(self, transport: Transport) -> None:
        """Write until the queue is closed and empty.

        Raises:
            LinkLost: the connection is over.
        """
        with suppress(trio.EndOfChannel):
            while True:
                batches = await next_burst(self._receive)
                self._room += len(batches) - len(self._waiting.unpark(count=len(batches)))
                await self._write(transport, [command for batch in batches for command in batch], len(batches))

    async def _write(self, transport: Transport, commands: list[Command], batches: int) -> None:
        frames: list[bytes | str] = []
        news: list[wire.SessionEvent] = []
        for command in commands:
            try:
                frame, events = self._protocol.send(command)
            except LocalProtocolError as problem:
                news.append(wire.Error(f"{type(command).__name__} was not sent: {problem}"))
                continue
            if frame is not None:
                frames.append(frame)
            news += events
        if frames:
            await transport.send(frames)
        self._written += batches
        self._progress.unpark_all()
        for event in news:
            await self._router.route(event)

    def close(self, reason: str | None) -> None:
        """Take no more commands. Those that wait are still written; calls that wait raise `SessionClosed`."""
        if self._over is None:
            self._over = SessionClosed(reason)
            self._send.close()
            self._waiting.unpark_all()

    def abandon(self) -> None:
        """Nothing will be written any more: let go of whoever waits."""
        self._abandoned = True
        self._receive.close()
        self._progress.unpark_all()

    def check_open(self) -> None:
        """Raise `SessionClosed` when the session is over."""
        if self._over is not None:
            raise self._closed()

    def _closed(self) -> SessionClosed:
        return SessionClosed(self._over.reason if self._over is not None else None)
