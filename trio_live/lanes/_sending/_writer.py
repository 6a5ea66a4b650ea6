"""The way out: a command is written by the task that has it, or by the writer's when it would have to wait.

While nothing waits and nobody writes, the caller writes its command itself, which wakes nobody. It does so without a
checkpoint, and only where the transport can send a whole frame without waiting (`SendsNow`), so a call that is cancelled
has sent all or nothing, and never half a frame. Everything else waits in one bounded queue, in order; the writer takes
what waits, encodes it, and hands the transport one batch. A send returns when its command is written or queued; a full
queue makes it wait, which is how a slow network is felt.

What waits when a connection is lost waits for the next one; of what was on its way `trio_live.resilience` says what becomes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.errors import LinkLost, LocalProtocolError, SessionClosed
from trio_live.events._internal import Command, SendAudio, SendToolResponse, SendVideo, Steer
from trio_live.lanes._delivery import Rest, Router
from trio_live.lanes._sending._out_queue import Batch, OutQueue, Settled, Unfinished
from trio_live.lanes._sending._turns import Turns
from trio_live.resilience._internal import Unconfirmed, without_setup
from trio_live.session._internal import REFUSABLE, SessionProtocol, steered
from trio_live.transport import Transport
from trio_live.transport._internal import SendsNow

_MEDIA = (SendAudio, SendVideo)


class Outbound:
    """One session's way out: the queue, its writer, and the way past both."""

    def __init__(self, protocol: SessionProtocol, router: Router, queue: OutQueue) -> None:
        self._protocol = protocol
        self._router = router
        self._queue, self.take_back = queue, queue.take_back
        self.unconfirmed = Unconfirmed(protocol.abilities, protocol.turns.questions.is_unanswered)
        """What the server has not shown to have read."""
        protocol.resumption.evidence = self.unconfirmed
        self._send_now: Callable[[str], bool] | None = None
        """The way past the queue, where the transport offers one."""
        self._in_hands: int | None = None
        """The number of the first batch that is being written, or was when its connection broke."""
        self._clock = trio.lowlevel.current_clock().current_time
        self.written_at: Seconds = -math.inf
        """When the newest frame was handed to the network, on Trio's clock."""
        self._is_telling = False
        """Whether the writer still routes the news of what it wrote; later news must not come before them."""
        self._progress = trio.lowlevel.ParkingLot()
        self._over: SessionClosed | None = None
        self._abandoned = False
        self._settled: list[Settled] = []
        self._turns = Turns()
        self._left_over: list[tuple[list[Rest], list[wire_events.SessionEvent]]] = []

    @property
    def depth(self) -> int:
        """Batches that wait to be written."""
        return len(self._queue)

    def watch(self, settled: Settled) -> None:
        """Tell ``settled`` of every command whether it was written; of sound that was written at once, it need not be."""
        self._settled.append(settled)

    async def submit(self, *commands: Command, gives_turn: bool = True) -> None:
        """Write or queue commands, in one step that nothing comes between; wait while the queue is full.

        Args:
            commands: what to say.
            gives_turn: let other tasks run, also when nothing had to wait; after sound that was written at once, now
                and then. A lane of ours that does not send in a loop saves that wake-up of its own.

        Raises:
            SessionClosed: the session is over, or ended while this call waited.
            LocalProtocolError: the command cannot be sent in this session.

        Cancellation: nothing was written or queued.
        """
        self.check_open()
        for command in commands:
            if type(command) in REFUSABLE:
                self._protocol.check(command)
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._has_free_way():
            if self._write_past(commands) and self._turns.goes_on(commands):
                return
        elif self._queue.in_gap and isinstance(commands[0], _MEDIA):
            self._queue.put_media(commands)
        else:
            await self._wait_for_room()
            self._queue.put(commands)
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
            commands = make()
            if self._write_past(commands) and self._turns.goes_on(commands):
                return
        else:
            await self._wait_for_room()
            self._queue.put(make())
        await trio.lowlevel.cancel_shielded_checkpoint()

    def answer_again(self) -> None:
        """Give the answers that the server asks for once more; the ledger bounds how many."""
        command = SendToolResponse(self._protocol.calls.repeats.take_due())
        if self._has_free_way():
            self._write_past((command,))
        else:
            self._queue.put((command,), takes_room=False)

    async def flush(self) -> None:
        """Wait until every command accepted so far has been handed to the network.

        Raises:
            SessionClosed: the session ended before.

        Cancellation: harmless.
        """
        target = self._queue.accepted
        await trio.lowlevel.checkpoint()
        while (oldest := self._in_hands if self._in_hands is not None else self._queue.oldest) is not None:
            if oldest > target:
                return
            if self._abandoned:
                raise self._closed()
            await self._progress.park()

    # -- past the queue -----------------------------------------------------------------------------------------

    def _has_free_way(self) -> bool:
        """Whether nothing waits, nobody writes, and the transport sends without waiting. The queue is empty then."""
        return self._send_now is not None and self._queue.is_free and self._in_hands is None and not self._is_telling

    def _write_past(self, commands: tuple[Command, ...]) -> bool:
        """Write a command here and now, and leave to the writer what would have to wait; tells whether nothing was left."""
        left = self._try(commands[0]) if len(commands) == 1 else commands
        if left:
            self._queue.take_room()
            self._queue.put(left)
        return not left

    def _try(self, command: Command) -> Batch:
        """Write one command; returns what is left to do."""
        try:
            frames, news = self._protocol.send(command)
        except LocalProtocolError:
            return (command,)  # the writer will be refused as well, and can wait for the lane that is told of it
        if type(command) is SendAudio:  # of which nothing is kept but that it was sent, and nobody is told
            self.unconfirmed.count += 1
            return () if self._is_written(frames[0]) else Unfinished(command, frames, news, [])
        self.unconfirmed.wrote(command, len(frames), in_answer=self._protocol.turns.is_answering)
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
        await self._queue.wait_for_room()
        self.check_open()

    async def run(self, transport: Transport) -> None:
        """Write until the queue is closed and empty, or a gap is opened.

        Raises:
            LinkLost: the connection is over.
        """
        if isinstance(transport, SendsNow):
            self._send_now = transport.send_now
        try:
            while items := await self._queue.take():
                self._in_hands = items[0].number
                await self._write(transport, [item.batch for item in items])
        finally:
            self._send_now = None
            self._is_telling = False

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
            self._left_over.append((rests, news))
            raise
        self._left_over.append((rests, news))
        self._settle(written, written=True)
        self._is_telling = bool(news or rests)
        self._in_hands = None
        self._progress.unpark_all()
        await self.tell_left_over()
        self._is_telling = False

    def _encode(self, command: Command, frames: list[bytes | str], news: list[wire_events.SessionEvent]) -> bool:
        """Add the frames of a command; tell whether it can be written at all."""
        try:
            made, events = self._protocol.send(command)
        except LocalProtocolError as problem:
            news.append(wire_events.Error(f"{type(command).__name__} was not sent: {problem}"))
            self._settle([command], written=False)
            return False
        self.unconfirmed.wrote(command, len(made), in_answer=self._protocol.turns.is_answering)
        frames += made
        news += events
        return True

    def _settle(self, commands: Sequence[Command], *, written: bool) -> None:
        for settled in self._settled:
            for command in commands:
                settled(command, written=written)

    # -- from connection to connection --------------------------------------------------------------------------

    def pause(self) -> None:
        """Write nothing more in this connection but what is being written."""
        self._send_now = None
        for begun in self._queue.open_gap():
            self._settle([begun.command] if begun.frames else [], written=False)
            self._left_over.append((begun.rests, begun.news))
            self._in_hands = self._in_hands or 0

    async def tell_left_over(self) -> None:
        """Route the news of what was encoded, also of what was not written after all.

        Cancellation: one event may have reached some of its lanes and not others; the rest is told by the next call.
        """
        while self._left_over:
            rests, news = self._left_over[0]
            while rests:
                await self._router.finish(rests.pop(0))
            while news:
                await self._router.route(news.pop(0))
            self._left_over.pop(0)

    def fold(self) -> None:
        """Put into the next setup what waits to change it; the rest of it waits on."""

        def folded(command: Command) -> Command | None:
            if not isinstance(command, Steer) or (command.tools is None and command.instruction is None):
                return command
            self._protocol.setup = steered(self._protocol.setup, command, self._protocol.abilities)
            self._settle([command], written=True)
            return without_setup(command)

        self._queue.replace(folded)

    def go_on(self, first: Sequence[Command], *, indexed: bool) -> None:
        """A connection is up: write again.

        Args:
            first: what comes before all that waits.
            indexed: the server says how far it has read.
        """
        self.unconfirmed.begin(indexed=indexed)
        self._queue.put_first(first)
        self._queue.end_gap()
        self._in_hands = None
        self._progress.unpark_all()

    @property
    def waiting(self) -> list[Command]:
        """Every command that waits, and is not encoded."""
        return self._queue.waiting

    def close(self, reason: str | None) -> None:
        """Take no more commands. Those that wait are still written; calls that wait raise `SessionClosed`."""
        if self._over is None:
            self._over = SessionClosed(reason)
            self._queue.close()

    def abandon(self) -> None:
        """Nothing will be written any more: let go of whoever waits."""
        self._abandoned = True
        self._progress.unpark_all()

    def check_open(self) -> None:
        """Raise `SessionClosed` when the session is over."""
        if self._over is not None:
            raise self._closed()

    def _closed(self) -> SessionClosed:
        return SessionClosed(self._over.reason if self._over is not None else None)
