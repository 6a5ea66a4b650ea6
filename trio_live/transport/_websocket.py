"""Frames over a real WebSocket. The one importer of trio_websocket; its errors stop here.

Three decisions that the library leaves to its user:

* **We own the stream.** It is the same `Line` that the lean transport writes to, so there is one way to TCP and TLS. A
  cancelled dial closes it instead of leaving it to the garbage collector, and a peer that hangs up in mid-handshake is
  noticed at once.
* **A deep queue.** The library answers pings from the task that fills the message queue; with its default of one
  message a busy reader would look like a dead peer.
* **Big messages and patience.** See `_limits`.

XX The status of a refusal whose body was cut off has no public name in the library. It is looked up with ``getattr``
and done without where a later version has renamed it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live.errors import LinkLost
from trio_live.transport import _failures as failures
from trio_live.transport._abc import Frames
from trio_live.transport._socket import (
    ABNORMAL,
    BROKE,
    BROKE_A_RULE,
    CLOSE_WITHIN,
    MAX_MESSAGE_BYTES,
    NO_SIGN_OF_LIFE,
    PING_AFTER,
    TOO_LARGE,
    LineStream,
    ReadAhead,
    watch_for_life,
)
from trio_live.transport._target import Target

if TYPE_CHECKING:
    import trio_websocket

QUEUE_MESSAGES = 1024
"""Messages that may wait unread before the library stops answering pings; `ReadAhead` counts their bytes."""
_TOO_LARGE = f"Exceeded maximum message size: {MAX_MESSAGE_BYTES} bytes"
"""The library's words for it."""


class WebSocketTransport:
    """A `Transport` over an open trio-websocket connection, client's or server's."""

    def __init__(self, connection: trio_websocket.WebSocketConnection, stream: LineStream | None = None) -> None:
        self._connection = connection
        self._stream = stream
        """What the connection reads and writes, where it is ours."""
        self._ahead = ReadAhead() if stream is None else stream.ahead
        self.redacted: Callable[[str], str] = str
        """See `Discreet`."""
        self._goodbye = trio.CancelScope()
        self._is_deaf = False

    async def send(self, frames: Frames) -> None:
        """Write frames, see `Transport.send`."""
        import trio_websocket

        try:
            for frame in frames:
                await self._connection.send_message(frame)
        except trio_websocket.ConnectionClosed as closed:
            raise self._lost(closed.reason) from None

    async def receive(self) -> Frames:
        """See `Transport.receive`. One message at a time: the library has no way to take more without waiting."""
        import trio_websocket

        try:
            with self._ahead.wanted():
                return [await self._connection.get_message()]
        except trio_websocket.ConnectionClosed as closed:
            raise self._lost(closed.reason) from None

    async def aclose(self, code: int = 1000, reason: str = "") -> None:
        """See `Transport.aclose`. A server may give another code, and a reason of at most 123 bytes."""
        self._ahead.lift()
        with trio.move_on_after(0 if self._is_deaf else CLOSE_WITHIN) as self._goodbye:
            await self._connection.aclose(code, reason or None)

    def hears_no_more(self) -> None:
        """The library has stopped reading, so an answer to our goodbye would not be heard.

        It does when it may not answer a ping any more, which is what a server sends that has not seen the goodbye yet.
        """
        self._is_deaf = True
        cancel(self._goodbye, "nobody reads the answer")

    async def keep_alive(self, stream: LineStream) -> None:
        """Ask for a sign of life when the stream is silent; end the connection when none comes. Returns when it has ended."""
        import trio_websocket

        async def ping() -> None:
            with trio.move_on_after(PING_AFTER):
                await self._connection.ping()

        with suppress(trio_websocket.ConnectionClosed):
            await watch_for_life(stream.line.heard_at, ping)
            stream.line.give_up(NO_SIGN_OF_LIFE)

    def _lost(self, reason: trio_websocket.CloseReason | None) -> LinkLost:
        given_up = self._stream.line.given_up if self._stream is not None else None
        if given_up is not None:
            return LinkLost(ABNORMAL, given_up)
        if reason is None or (reason.code == ABNORMAL and not reason.reason):
            return LinkLost(ABNORMAL, BROKE)
        code, words = int(reason.code), reason.reason or ""
        return LinkLost(code, f"{BROKE_A_RULE}: {words}" if self._is_verdict(code, words) else words)

    def _is_verdict(self, code: int, words: str) -> bool:
        """Whether the library has found that the peer broke a rule. It tells that as if the peer had said it.

        But it answers what a peer has said, and answers no verdict; only a message that is too large has a goodbye.
        """
        if code == TOO_LARGE:
            return words == _TOO_LARGE
        return self._stream is not None and not self._stream.said_goodbye


@asynccontextmanager
async def open_connection(target: Target) -> AsyncGenerator[WebSocketTransport, None]:
    """Dial; the connection is closed with the block."""
    deadline = trio.current_time() + target.connect_within
    with target.explained(), trio.fail_at(deadline):
        line = await target.open_line()
    try:
        async with _open_reader() as reader:
            reader.nursery.start_soon(line.carry)
            with target.explained(), trio.fail_at(deadline):
                stream = LineStream(line)
                transport = WebSocketTransport(await _upgrade(target, stream, reader), stream)
                transport.redacted = target.address.redacted
            reader.on_end = transport.hears_no_more
            reader.nursery.start_soon(transport.keep_alive, stream)
            try:
                yield transport
            finally:
                with trio.CancelScope(shield=True):
                    await transport.aclose()
    finally:
        line.close()


class _Reader:
    """Stands in for the nursery in which the library starts its reader.

    The reader raises when the server refuses the upgrade, and ends without a word when the server hangs up instead
    of answering; either would leave the dial waiting. Here both are kept, and end the wait.

    The reader is shielded, because it is what hears the peer answer our goodbye: were it cancelled together with the
    user's block, every goodbye after a cancellation would wait out `CLOSE_WITHIN`. It ends with `_open_reader`.
    """

    def __init__(self, nursery: trio.Nursery) -> None:
        self.nursery = nursery
        self._connection: object = None
        self._error: Exception | None = None
        self.on_end: Callable[[], None] = lambda: None
        """Called when nothing more is read."""
        self.waiting = trio.CancelScope()
        self.life = trio.CancelScope(shield=True)

    def start_soon(self, reader: Callable[[], Awaitable[None]]) -> None:
        self._connection = getattr(reader, "__self__", None)
        self.nursery.start_soon(self._run, reader)

    async def _run(self, reader: Callable[[], Awaitable[None]]) -> None:
        try:
            with self.life:
                await reader()
        except Exception as error:  # noqa: BLE001  # whatever breaks the reader has broken the link, nothing more
            self._error = error
        cancel(self.waiting, "the connection ended during the upgrade")
        self.on_end()

    def refusal(self, target: Target) -> Exception:
        """Why the reader ended before there was a connection."""
        import trio_websocket

        match self._error:
            case trio_websocket.ConnectionRejected(status_code=status, body=body):
                return target.refused(status, body)
            case None:
                # A refusal that was cut off, or whose body ends where the connection does, was never raised.
                status = getattr(self._connection, "_reject_status", 0)
                body = getattr(self._connection, "_reject_body", b"")
                return target.refused(status, body) if status else failures.hung_up(target.name)
            case error:
                return failures.garbled(target.name, error)


@asynccontextmanager
async def _open_reader() -> AsyncGenerator[_Reader, None]:
    """A place for the tasks of one connection; they end with the block."""
    async with open_service_nursery("the connection is closed") as nursery:
        reader = _Reader(nursery)
        try:
            yield reader
        finally:
            cancel(reader.life, "the connection is closed")


async def _upgrade(target: Target, stream: LineStream, reader: _Reader) -> trio_websocket.WebSocketConnection:
    import trio_websocket

    with reader.waiting:
        connection = await trio_websocket.wrap_client_stream(
            cast("trio.Nursery", reader),
            cast("trio.SocketStream", stream),
            target.host_header,
            target.path,
            extra_headers=list(target.address.headers),
            message_queue_size=QUEUE_MESSAGES,
            max_message_size=MAX_MESSAGE_BYTES,
            receive_buffer_size=None,
        )
        stream.has_opened()
        return connection
    raise reader.refusal(target)
