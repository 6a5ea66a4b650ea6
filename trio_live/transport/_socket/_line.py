"""One connected socket, plain or under TLS, on which writing never waits.

Trio's streams are made for everybody: a write is a checkpoint, perhaps several waits, and what was written when it is
cancelled nobody knows. Here a write is a plain call. What the socket does not take at once is kept, in order, and
whoever has time writes it (`drain`): a task of the connection's own, a sender that is held back, or the goodbye. So a
pong never waits for a sender, a sender never leaves half a frame behind, and a cancelled wait loses nothing, because
nothing that counts is kept in a task that waits. A peer that takes nothing for `WRITE_WITHIN` seconds is given up.

The socket is Trio's own (`trio.open_tcp_stream`), taken over; the waiting is Trio's too (`trio.lowlevel`).
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import Final

import trio

from trio_live.transport._socket._limits import READ_BYTES, WRITE_STALLED, WRITE_WITHIN

_RECORD_BYTES: Final = 16 * 1024
"""The most that TLS gives at once."""


class Line:
    """A connected socket. Reading is for one task at a time; anybody may write."""

    def __init__(self, connected: socket.socket) -> None:
        connected.setblocking(False)
        self._socket = connected
        self._is_closed = False
        self.given_up: str | None = None
        """Why this side has given the connection up, if it has."""
        self._tls: _Tls | None = None
        self._backlog = bytearray()
        """What is written but was not yet taken by the socket."""
        self._taken_at = 0.0
        """When the socket last took something of what waits, or it began to wait."""
        self._stuck = trio.Event()
        self._draining = False
        self._turns = trio.lowlevel.ParkingLot()
        self._clock = trio.lowlevel.current_clock().current_time
        self._last_heard = self._clock()

    @classmethod
    def taken_from(cls, stream: trio.SocketStream) -> Line:
        """The socket of a stream, which is of no use any more."""
        return cls(socket.socket(fileno=stream.socket.detach()))

    @property
    def backlog(self) -> int:
        """Bytes that wait to be written."""
        return len(self._backlog)

    async def start_tls(self, context: ssl.SSLContext, host: str) -> None:
        """Shake hands as a client.

        Raises:
            trio.BrokenResourceError: it failed; the cause says why.

        Cancellation: the line is to be closed.
        """
        tls = _Tls(context, host)
        while not self._shake_hands(tls):
            await self.drain()
            tls.feed(await self._read())
        await self.drain()
        self._tls = tls

    def _shake_hands(self, tls: _Tls) -> bool:
        """One step; whether it was the last."""
        try:
            done = tls.shake_hands()
        except ssl.SSLError as error:
            with suppress(trio.BrokenResourceError):
                self._write(tls.outgoing())  # the alert that tells the peer
            raise trio.BrokenResourceError("TLS failed") from error
        self._write(tls.outgoing())
        return done

    async def receive(self) -> bytes:
        """What has come since; empty at the end of the stream.

        Raises:
            trio.BrokenResourceError: the connection broke.
            trio.ClosedResourceError: this side has closed it.

        Cancellation: nothing is lost.
        """
        if self._tls is None:
            return await self._read()
        if self._tls.ended:
            await trio.lowlevel.checkpoint()
            return b""
        while True:
            if not self._tls.has_undecrypted():
                self._tls.feed(await self._read())
            try:
                plain = self._tls.decrypt()
            except ssl.SSLError as error:
                raise trio.BrokenResourceError("TLS failed") from error
            with suppress(trio.BrokenResourceError):  # what has come is to be read all the same
                self._write(self._tls.outgoing())  # the answer to a new key, for instance
            if plain or self._tls.ended:
                return plain

    async def _read(self) -> bytes:
        while True:
            if self._is_closed:
                raise trio.ClosedResourceError("this side has closed the connection")
            await trio.lowlevel.wait_readable(self._socket)
            try:
                data = self._socket.recv(READ_BYTES)
            except BlockingIOError:
                continue
            except OSError as error:
                raise trio.BrokenResourceError("reading failed") from error
            self._last_heard = self._clock()
            return data

    def heard_at(self) -> float:
        """When the peer was last heard. What has come and was not read yet is heard now: a busy reader is no dead peer."""
        return trio.current_time() if self._has_unread() else self._last_heard

    def _has_unread(self) -> bool:
        try:
            return bool(self._socket.recv(1, socket.MSG_PEEK))
        except OSError:
            return False

    def write(self, data: bytes) -> None:
        """Write, now or as soon as the socket takes it. Never waits.

        Raises:
            trio.BrokenResourceError: the connection broke.
        """
        if self._tls is not None:
            try:
                data = self._tls.encrypt(data)
            except ssl.SSLError as error:
                raise trio.BrokenResourceError("TLS failed") from error
        self._write(data)

    def _write(self, data: bytes) -> None:
        if self._backlog:
            self._backlog += data
            return
        if not data:
            return
        sent = self._send(data)
        if sent < len(data):
            self._backlog += memoryview(data)[sent:]
            self._taken_at = self._clock()
            self._stuck.set()

    def _send(self, data: bytes | bytearray) -> int:
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise trio.BrokenResourceError("writing failed") from error

    async def drain(self) -> None:
        """Wait until everything is written. Gives up when the socket takes nothing for `WRITE_WITHIN` seconds.

        Raises:
            trio.BrokenResourceError: the connection broke, or was given up.
            trio.ClosedResourceError: this side has closed it.

        Cancellation: nothing is lost.
        """
        while self._backlog:
            if self._draining:
                await self._turns.park()
                continue
            self._draining = True
            try:
                with trio.move_on_at(self._taken_at + WRITE_WITHIN):
                    await trio.lowlevel.wait_writable(self._socket)
                self._write_backlog()
            except trio.BrokenResourceError:
                self._backlog.clear()
                raise
            finally:
                self._draining = False
                self._turns.unpark_all()

    def _write_backlog(self) -> None:
        taken = self._send(self._backlog)
        if taken:
            del self._backlog[:taken]
            self._taken_at = self._clock()
        elif self._clock() >= self._taken_at + WRITE_WITHIN:
            self.give_up(WRITE_STALLED)
            raise trio.BrokenResourceError(WRITE_STALLED)

    async def carry(self) -> None:
        """Drain whenever it is needed, until the connection is over."""
        try:
            while True:
                await self._stuck.wait()
                await self.drain()
                self._stuck = trio.Event()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return  # who reads will learn it

    def give_up(self, why: str) -> None:
        """Close at once, because of the peer; whoever asks is told why."""
        if not self._is_closed:
            self.given_up = why
        self.close()

    def close(self) -> None:
        """Close at once; whoever waits learns it. Closing again does nothing."""
        if not self._is_closed:
            self._is_closed = True
            trio.lowlevel.notify_closing(self._socket)
            self._socket.close()
        self._backlog.clear()


class _Tls:
    """TLS in memory, as a client."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self.ended = False
        """Whether the peer has said that nothing more will come."""

    def feed(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()

    def has_undecrypted(self) -> bool:
        """Whether something was fed behind the handshake that nobody has asked for yet."""
        return bool(self._incoming.pending)

    def outgoing(self) -> bytes:
        return self._outgoing.read()

    def shake_hands(self) -> bool:
        """One step; whether it was the last."""
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        return True

    def encrypt(self, data: bytes) -> bytes:
        rest = memoryview(data)
        while rest:
            rest = rest[self._object.write(rest) :]
        return self._outgoing.read()

    def decrypt(self) -> bytes:
        """All that can be read by now."""
        parts = []
        try:
            while part := self._object.read(_RECORD_BYTES):
                parts.append(part)
            self.ended = True
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):  # with a goodbye, or without: WebSockets have their own
            self.ended = True
        return parts[0] if len(parts) == 1 else b"".join(parts)
