"""Frames over a WebSocket at the price of the socket: what is dialled when nothing else is asked for.

Below it is a `Line`, beside it the sans-I/O protocol of `websockets`, which shakes hands, answers pings, closes, and
judges whatever is not plain (see `_frames`). Bytes are read and taken apart in the task that asks for them, and written
in the task that has them, so a frame wakes nobody besides. Two tasks serve the connection without doing either: one
asks for a sign of life in silence, one writes what the socket did not take at once.

Pings are answered by the task that receives. A session always does; whoever uses a transport by itself should too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

import trio
from websockets.protocol import CLOSED, OPEN, Protocol

from trio_live.errors import LinkLost
from trio_live.transport._abc import Frames
from trio_live.transport._frames import Inbound, Outbound
from trio_live.transport._socket import (
    ABNORMAL,
    BROKE,
    BROKE_A_RULE,
    CLOSE_WITHIN,
    NO_SIGN_OF_LIFE,
    Line,
    watch_for_life,
)

TURN_BYTES: Final = 64 * 1024
"""How much is sent before other tasks get a turn, when the socket takes everything at once."""
UNREAD_ANSWERS: Final = 64 * 1024
"""Bytes of answers that may wait for a peer who asks and does not read; more, and nothing is read from it either."""


class LeanTransport:
    """A `Transport` over a `Line` on which hands were shaken, client's or server's."""

    def __init__(self, line: Line, protocol: Protocol, inbound: Inbound) -> None:
        self._line = line
        self.redacted: Callable[[str], str] = str
        """See `Discreet`."""
        self._protocol = protocol
        self._inbound = inbound
        self._outbound = Outbound()
        self._received: list[bytes | str] = []
        """Whole messages that nobody has asked for yet."""
        self._sent_since_turn = 0
        self._answers = 0
        self._reading = False
        self._readers = trio.lowlevel.ParkingLot()
        self._closing: tuple[int, str] | None = None
        """What this side has said goodbye with."""
        self._fate: tuple[int, str] | None = None
        """How the connection ended, once it has."""

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`. Waits only while the peer does not take what was sent before.

        Always a point of cancellation. Other tasks get a turn when it waits, and after every 64 KiB.

        Cancellation: nothing of ``frames`` was sent, and the connection is as good as before.
        """
        if self._sent_since_turn < TURN_BYTES:
            await trio.lowlevel.checkpoint_if_cancelled()
        else:
            self._sent_since_turn = 0
            await trio.lowlevel.checkpoint()
        if self._line.backlog:
            await self._drain()
        self._write(frames)

    def send_now(self, frame: bytes | str) -> bool:
        """See `SendsNow.send_now`."""
        if self._line.backlog:
            return False
        self._write((frame,))
        return True

    def _write(self, frames: Frames) -> None:
        if self._fate is not None or self._closing is not None:
            raise self._lost()
        data = self._outbound.encode(frames)
        self._sent_since_turn += len(data)
        try:
            self._line.write(data)
        except trio.BrokenResourceError:
            raise self._lost() from None

    async def _drain(self) -> None:
        try:
            await self._line.drain()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise self._lost() from None

    async def receive(self) -> Frames:
        """See `Transport.receive`. One wake-up for each read of the socket."""
        if self._received or self._fate is not None:
            await trio.lowlevel.checkpoint()
        self._reading = True
        try:
            while not self._received and self._fate is None:
                await self._read()
        finally:
            self._reading = False
            if self._readers:
                self._readers.unpark_all()
        if not self._received:
            raise self._lost()
        frames, self._received = self._received, []
        return frames

    async def _read(self) -> None:
        try:
            if self._answers > UNREAD_ANSWERS:
                await self._line.drain()
                self._answers = 0
            data = await self._line.receive()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self._break()
            return
        self.feed(data)

    def feed(self, data: bytes) -> None:
        """Take in what was read; nothing for the end of the stream."""
        if data:
            self._received += self._inbound.feed(data)
        else:
            self._inbound.feed_end()
        if self._inbound.consulted:
            self._inbound.consulted = False
            self._answer()
            self._judge()

    def _answer(self) -> None:
        """Write what the protocol has to say."""
        data = b"".join(self._protocol.data_to_send())
        if not data:
            return
        try:
            self._line.write(data)
        except trio.BrokenResourceError:
            return  # the next read learns it, after all that came before
        self._answers = self._answers + len(data) if self._line.backlog else 0

    def _judge(self) -> None:
        """Find out whether the connection is over, and with whose words."""
        received, sent = self._protocol.close_rcvd, self._protocol.close_sent
        if received is not None:
            self._end(int(received.code), received.reason)
        elif self._closing is None and sent is not None:
            self._end(int(sent.code), f"{BROKE_A_RULE}: {sent.reason}")  # the library's verdict on the peer
        elif self._protocol.state is CLOSED:
            self._break()

    def _break(self) -> None:
        self._end(ABNORMAL, self._line.given_up or BROKE)

    def _end(self, code: int, reason: str) -> None:
        """The first end decides; where this side has said goodbye, that is what counts unless the peer answered."""
        if self._fate is None:
            self._fate = self._closing if self._closing is not None and code == ABNORMAL else (code, reason)

    def _lost(self) -> LinkLost:
        return LinkLost(*(self._fate or self._closing or (ABNORMAL, self._line.given_up or BROKE)))

    async def aclose(self, code: int = 1000, reason: str = "") -> None:
        """See `Transport.aclose`. A server may give another code, and a reason of at most 123 bytes."""
        try:
            with trio.move_on_after(CLOSE_WITHIN):
                self._say_goodbye(code, reason)
                await self._line.drain()
                while self._fate is None:
                    await self._listen()
                await trio.lowlevel.checkpoint()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            pass
        finally:
            self._break()
            self._line.close()

    def _say_goodbye(self, code: int, reason: str) -> None:
        if self._fate is None and self._closing is None and self._protocol.state is OPEN:
            self._closing = code, reason
            self._protocol.send_close(code, reason)
            self._answer()

    async def _listen(self) -> None:
        """Read, unless another task does; then wait for what it learns, or for its turn to end."""
        if self._reading:
            await self._readers.park()
            return
        self._reading = True
        try:
            await self._read()
        finally:
            self._reading = False

    async def keep_alive(self) -> None:
        """Ask for a sign of life in silence; end the connection when none comes. Returns when it has ended."""
        with suppress(LinkLost):
            await watch_for_life(self._line.heard_at, self._ping)
            self._line.give_up(NO_SIGN_OF_LIFE)
            self._break()

    async def _ping(self) -> None:
        if self._fate is not None:
            raise self._lost()
        self._protocol.send_ping(b"")
        self._answer()

    async def carry(self) -> None:
        """Write what the socket did not take at once, until the connection is over."""
        await self._line.carry()
