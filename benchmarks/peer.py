"""The peer of every benchmark: a Live server in a process of its own that costs next to nothing.

Strategy: a real server would be measured along with the client, so this one knows just enough of RFC 6455 and of the
Live protocol to be talked to. One loop over bare sockets serves everybody; frames are bytes made beforehand; of what
the client sends only the headers are looked at. What a connection does is the first part of its path:

    /idle/…         nothing
    /burst-2000/…   2000 audio frames for every message that follows the setup, as fast as they can be written
    /mixed-20/…     20 spoken turns, likewise
    /pace-40/…      an audio frame every 40 ms, stamped, from the first message on; each connection at a phase of its own
    /tool-200/…     for a message a tool call, for its answer the next, until there were 200

The first line on stdout names its ports, the plain one and the one with TLS if it was given a certificate; it serves
until its stdin ends, so that it cannot outlive whoever started it.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import heapq
import os
import random
import selectors
import socket
import ssl
import sys
import time
from collections.abc import Callable
from itertools import count
from typing import TypeAlias

from benchmarks.script import BINARY, CLOSE, SETUP_COMPLETE, SHORT, frame, stamped, tool_call, turn

Timers: TypeAlias = "list[tuple[float, int, Connection]]"

READ_BYTES = 1 << 17
_BACKLOG = 512
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MASK = 4
_AGAIN = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Headers:
    """Finds the frames in what a client sends; their payloads are passed over."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[int]:
        """The first byte of every frame that is complete now."""
        self._buffer += data
        kinds, at = [], 0
        while len(self._buffer) - at > 1:
            length, start = self._buffer[at + 1] & 127, at + 2
            if length >= SHORT:
                start = at + (4 if length == SHORT else 10)
                length = int.from_bytes(self._buffer[at + 2 : start], "big")
            end = start + _MASK + length
            if len(self._buffer) < end:
                break
            kinds.append(self._buffer[at])
            at = end
        self._buffer = self._buffer[at:]
        return kinds


class Connection:
    """One client: what it asked for, and what it has still to be sent."""

    def __init__(self, sock: socket.socket, peer: Peer) -> None:
        self.sock = sock
        self._peer = peer
        self._head = b""
        self._waiting = b""
        self._headers = Headers()
        self._receive: Callable[[bytes], None] = self._shake_hands
        self._plan, self._number = "", 0
        self._unanswered = 0
        self._ids = count(1)
        self.interval = 0.0
        self.open = True

    def ready(self, mask: int) -> None:
        """The socket can be written or read."""
        try:
            if mask & selectors.EVENT_WRITE:
                self.send(b"")
            while self.open and mask & selectors.EVENT_READ:
                data = self.sock.recv(READ_BYTES)
                if not data:
                    self._peer.drop(self)
                    return
                self._receive(data)
                if not isinstance(self.sock, ssl.SSLSocket):
                    return  # the loop will say when there is more; TLS may hold some back
        except _AGAIN:
            pass
        except OSError:  # hung up on; the benchmark knows
            self._peer.drop(self)

    def send(self, data: bytes) -> None:
        """Send, now or when the socket takes it."""
        if not self.open:
            return
        if self._waiting:
            self._waiting, data = b"", self._waiting + data
        sent = 0
        try:
            while sent < len(data):
                sent += self.sock.send(memoryview(data)[sent:])
        except _AGAIN:
            self._waiting = data[sent:]
        except OSError:
            self._peer.drop(self)
            return
        self._peer.watch(self, writing=bool(self._waiting))

    def _shake_hands(self, data: bytes) -> None:
        self._head += data
        if b"\r\n\r\n" not in self._head:
            return
        path, *lines = self._head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        digest = hashlib.sha1(fields["sec-websocket-key"].encode() + _GUID).digest()  # noqa: S324  # RFC 6455's own
        self._plan, _, number = path.split("/")[1].partition("-")
        self._number = int(number or 0)
        self._receive = self._set_up
        self.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
        )

    def _set_up(self, data: bytes) -> None:
        if self._headers.feed(data):
            self._receive = self._converse
            self.send(SETUP_COMPLETE)

    def _converse(self, data: bytes) -> None:
        for kind in self._headers.feed(data):
            if kind == CLOSE:
                self.send(frame((1000).to_bytes(2, "big"), CLOSE))
                self._peer.drop(self)
                return
            if kind & 15 <= BINARY & 15:
                self._answer()

    def _answer(self) -> None:
        if self._plan == "pace" and not self.interval:
            self.interval = self._number / 1000
            self._peer.pace(self)
        asked = not self._unanswered  # otherwise it is the answer to a call
        if self._plan in ("tool", "mixed"):
            self._unanswered = self._number if asked else self._unanswered - 1
        if self._plan == "tool" and self._unanswered:
            self.send(tool_call(next(self._ids)))
        if self._plan == "mixed" and asked:
            self.send(b"".join(turn(next(self._ids)) for _ in range(self._number)))
        if self._plan == "burst":
            self.send(stamped() * self._number)


class Peer:
    """Serves all connections in one loop."""

    def __init__(self) -> None:
        self._phases = random.Random(1)  # noqa: S311  # the same phases in every run
        self._timers: Timers = []
        self._counter = count()
        self._sockets = selectors.DefaultSelector()

    def listen(self, context: ssl.SSLContext | None = None) -> int:
        """Listen, with TLS if there is a context, on a port the system chooses."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=_BACKLOG)
        listener.setblocking(False)

        def accept(_: int) -> None:
            sock, _address = listener.accept()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                sock = context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
            connection = Connection(sock, self)
            self._sockets.register(sock, selectors.EVENT_READ, connection.ready)

        self._sockets.register(listener, selectors.EVENT_READ, accept)
        port: int = listener.getsockname()[1]
        return port

    def watch(self, connection: Connection, *, writing: bool) -> None:
        """Wait for room too, if there is something waiting."""
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
        key = self._sockets.get_key(connection.sock)
        if key.events != wanted:
            self._sockets.modify(connection.sock, wanted, key.data)

    def drop(self, connection: Connection) -> None:
        """Forget a connection."""
        if connection.open:
            connection.open = False
            self._sockets.unregister(connection.sock)
            connection.sock.close()

    def pace(self, connection: Connection) -> None:
        """Send it frames from now on."""
        due = time.monotonic() + connection.interval * (1 + self._phases.random())
        heapq.heappush(self._timers, (due, next(self._counter), connection))

    def serve(self, ended: int) -> None:
        """Serve until ``ended`` can be read."""
        serving = True

        def end(_: int) -> None:
            nonlocal serving
            serving = False

        self._sockets.register(ended, selectors.EVENT_READ, end)
        while serving:
            timeout = max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None
            for key, mask in self._sockets.select(timeout):
                key.data(mask)
            self._send_what_is_due()

    def _send_what_is_due(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            due, number, connection = self._timers[0]
            if connection.open:
                connection.send(stamped())
                heapq.heapreplace(self._timers, (due + connection.interval, number, connection))
            else:
                heapq.heappop(self._timers)


def main() -> None:
    """The process."""
    parser = argparse.ArgumentParser(description="A Live server that costs next to nothing")
    parser.add_argument("--core", type=int, help="the only core to run on")
    parser.add_argument("--certificate", metavar="FILE", help="key and chain; listen with TLS too")
    given = parser.parse_args()
    if sys.platform == "linux" and given.core is not None:
        os.sched_setaffinity(0, {given.core})
    peer = Peer()
    ports = [peer.listen()]
    if given.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(given.certificate)
        ports.append(peer.listen(context))
    print(*ports, flush=True)
    peer.serve(0)


if __name__ == "__main__":
    main()
