"""The way out: a command is written by the task that has it, or by the writer's when it would have to wait.

While nothing waits and nobody writes, the caller writes its command itself, which wakes nobody. It does so without a
checkpoint, and only where the transport can send a whole frame without waiting (`SendsNow`), so a call that is cancelled
has sent all or nothing, and never half a frame. Everything else waits in one bounded queue, in order; the writer takes
what waits, encodes it, and hands the transport one batch. A send returns when its command is written or queued; a full
queue makes it wait, which is how a slow network is felt.

Strategy of the queue: a call first waits for room and then queues, without a checkpoint between. A memory channel would
do both in one call, but its sender learns of its luck only when it is scheduled again; by then others have read what it
was about to write down (which instruction the model has) or have gone ahead without what it carried (context that was
held back). Room is handed from the writer to whoever waits longest, so nobody overtakes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.errors import LinkLost, LocalProtocolError, SessionClosed
from trio_live.events._internal import Command
from trio_live.lanes._delivery import Rest, Router
from trio_live.lanes._flow import QUEUES, Overflow, next_burst
from trio_live.session._internal import REFUSABLE, SessionProtocol
from trio_live.transport import Transport
from trio_live.transport._internal import SendsNow


@value
class Unfinished:
    """What a caller could not do of its own command without waiting."""

    command: Command
    frames: Sequence[str]
    """Encoded, and not written yet."""
    news: list[wire_events.SessionEvent]
    """What follows from writing it."""
    rests: list[Rest]
    """News that were routed already, but for lanes that were full."""


Batch: TypeAlias = "tuple[Command, ...] | Unfinished"
"""What is queued, and written, in one step."""


class Settled(Protocol):
    """Is told what became of a command."""

    def __call__(self, command: Command, *, written: bool) -> None:
        """It was handed to the network, or will never be."""


class Outbound:
    """One session's way out: the queue, its writer, and the way past both."""

    def __init__(self, protocol: SessionProtocol, router: Router) -> None:
        self._protocol = protocol
        self._router = router
        self._capacity = self._room = QUEUES["outbound"].room_that(Overflow.WAIT)
        self._send, self._receive = trio.open_memory_channel[Batch](self._capacity)
        self._waiting = trio.lowlevel.ParkingLot()
        self._send_now: Callable[[str], bool] | None = None
        """The way past the queue, where the transport offers one."""
        self._accepted = 0
        self._written = 0
        self._clock = trio.lowlevel.current_clock().current_time
        self.written_at: Seconds = -math.inf
        """When the newest frame was handed to the network, on Trio's clock."""
        self._is_telling = False
        """Whether the writer still routes the news of what it wrote; later news must not come before them."""
        self._progress = trio.lowlevel.ParkingLot()
        self._over: SessionClosed | None = None
        self._abandoned = False
        self._settled: list[Settled] = []

    def watch(self, settled: Settled) -> None:
        """Tell ``settled`` of every command whether it was written."""
        self._settled.append(settled)

    async def submit(self, *commands: Command, gives_turn: bool = True) -> None:
        """Write or queue commands, in one step that nothing comes between; wait while the queue is full.

        Args:
            commands: what to say.
            gives_turn: let other tasks run, also when nothing had to wait. A lane of ours that does not send in a loop
                saves that wake-up of its own.

        Raises:
            SessionClosed: the session is over, or ended while this call waited.
            LocalProtocolError: the command cannot be sent in this session.

        Cancellation: nothing was written or queued.
        """
        if self._over is not None:
            raise self._closed()
        for command in commands:
            if type(command) in REFUSABLE:
                self._protocol.check(command)
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._has_free_way():
            self._write_past(commands)
        else:
            await self._wait_for_room()
            self._enqueue(commands)
        if gives_turn:
            await trio.lowlevel.cancel_shielded_checkpoint()

    async def submit_made(self, make: Callable[[], tuple[Command, ...]]) -> None:
        """As `submit`, with commands that are made in the very instant in which they are written or queued.

        Args:
            make: called when there is room. What it reads and writes, nobody else reads or writes before its commands
                are written or in the queue. Must not fail.

        Raises:
            SessionClosed: the session is over, or ended while this call waited; ``make`` was not called.

        Cancellation: ``make`` was not called.
        """
        self.check_open()
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._has_free_way():
            self._write_past(make())
        else:
            await self._wait_for_room()
            self._enqueue(make())
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

    # -- past the queue -----------------------------------------------------------------------------------------

    def _has_free_way(self) -> bool:
        """Whether nothing waits, nobody writes, and the transport sends without waiting. The queue is empty then."""
        return (
            self._send_now is not None
            and self._written == self._accepted
            and self._room == self._capacity  # less while somebody is on the way to room that was kept
            and not self._is_telling
        )

    def _write_past(self, commands: tuple[Command, ...]) -> None:
        """Write a command here and now, and leave to the writer what would have to wait."""
        left = self._try(commands[0]) if len(commands) == 1 else commands
        if left:
            self._room -= 1
            self._enqueue(left)

    def _try(self, command: Command) -> Batch:
        """Write one command; returns what is left to do."""
        try:
            frames, news = self._protocol.send(command)
        except LocalProtocolError:
            return (command,)  # the writer will be refused as well, and can wait for the lane that is told of it
        for number, frame in enumerate(frames):
            if not self._is_written(frame):
                return Unfinished(command, frames[number:], news, [])
        self._settle([command], written=True)
        rests = [rest for event in news if (rest := self._router.begin(event)) is not None]
        return Unfinished(command, [], [], rests) if rests else ()

    def _is_written(self, frame: str) -> bool:
        try:
            written = self._send_now is not None and self._send_now(frame)
        except LinkLost:
            return False  # the writer will meet it as well, and says so
        if written:
            self.written_at = self._clock()
        return written

    # -- the queue ----------------------------------------------------------------------------------------------

    async def _wait_for_room(self) -> None:
        if self._room:
            self._room -= 1
        else:
            await self._waiting.park()  # whoever wakes this call leaves it the room
            self.check_open()

    def _enqueue(self, batch: Batch) -> None:
        self._send.send_nowait(batch)
        self._accepted += 1

    async def run(self, transport: Transport) -> None:
        """Write until the queue is closed and empty.

        Raises:
            LinkLost: the connection is over.
        """
        if isinstance(transport, SendsNow):
            self._send_now = transport.send_now
        try:
            with suppress(trio.EndOfChannel):
                while True:
                    batches = await next_burst(self._receive)
                    self._room += len(batches) - len(self._waiting.unpark(count=len(batches)))
                    await self._write(transport, batches)
        finally:
            self._send_now = None

    async def _write(self, transport: Transport, batches: Sequence[Batch]) -> None:
        frames: list[bytes | str] = []
        news: list[wire_events.SessionEvent] = []
        rests: list[Rest] = []
        written: list[Command] = []
        for batch in batches:
            if isinstance(batch, Unfinished):
                frames += batch.frames
                news += batch.news
                rests += batch.rests
                written += [batch.command] if batch.frames else []
            else:
                for command in batch:
                    if self._encode(command, frames, news):
                        written.append(command)
        try:
            if frames:
                await transport.send(frames)
                self.written_at = trio.current_time()
        except BaseException:
            self._settle(written, written=False)
            raise
        self._settle(written, written=True)
        self._is_telling = bool(news or rests)
        self._written += len(batches)
        self._progress.unpark_all()
        for rest in rests:
            await self._router.finish(rest)
        await self._router.route_all(news)
        self._is_telling = False

    def _encode(self, command: Command, frames: list[bytes | str], news: list[wire_events.SessionEvent]) -> bool:
        """Add the frames of a command; tell whether it can be written at all."""
        try:
            made, events = self._protocol.send(command)
        except LocalProtocolError as problem:
            news.append(wire_events.Error(f"{type(command).__name__} was not sent: {problem}"))
            self._settle([command], written=False)
            return False
        frames += made
        news += events
        return True

    def _settle(self, commands: Sequence[Command], *, written: bool) -> None:
        for settled in self._settled:
            for command in commands:
                settled(command, written=written)

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
