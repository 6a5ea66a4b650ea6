"""Frames over a real WebSocket. The one importer of trio_websocket; its errors stop here.

Four decisions that the library leaves to its user:

* **We own the stream.** It is opened here and wrapped, so that a cancelled dial closes the socket instead of
  leaving it to the garbage collector, and so that a peer that hangs up in mid-handshake is noticed at once.
* **A deep queue.** The library answers pings from the task that fills the message queue; with its default of one
  message a busy reader would look like a dead peer.
* **Big messages.** One part may carry megabytes; the library closes at 1 MiB.
* **Patience.** Google's pongs have been measured half a minute late. Any traffic counts as life, a ping goes out
  only into silence, and only `PONG_WITHIN` seconds of silence after it end the connection.

XX Two things have no public name in the library: its message queue (see `_bursts`), and the status of a refusal whose
body was cut off. Both are looked up with ``getattr`` and done without where a later version has renamed them.

The library is imported where it is used: it takes 30 ms, a fifth of what our start would take with it, and tests,
replays and other carriers never need it.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.errors import ConfigError, ConnectTimeout, LinkLost
from trio_live.transport import _failures as failures
from trio_live.transport._abc import Dialer, Frames, Transport
from trio_live.transport._bursts import open_for_bursts
from trio_live.transport._endpoint import Address, Endpoint
from trio_live.transport._target import Target

if TYPE_CHECKING:
    import trio_websocket

CONNECT_WITHIN: Seconds = 10.0
"""TCP, TLS and the upgrade together."""
CLOSE_WITHIN: Seconds = 2.0
"""How long the peer may take to answer our close frame."""
PING_AFTER: Seconds = 20.0
"""Silence after which we ask for a sign of life."""
PONG_WITHIN: Seconds = 60.0
"""Silence after the ping that ends the connection."""
MAX_MESSAGE_BYTES = 32 * 1024 * 1024
QUEUE_MESSAGES = 1024
READ_BYTES = 64 * 1024


class WatchedStream(trio.abc.Stream):
    """A stream that knows when it last heard something."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self.last_heard = trio.current_time()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Bytes from the wire; the empty string at its end."""
        data = await self._stream.receive_some(max_bytes)
        self.last_heard = trio.current_time()
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all of it."""
        await self._stream.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until a write might go through."""
        await self._stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        """Close, with TLS's goodbye where there is one."""
        await self._stream.aclose()


class WebSocketTransport:
    """A `Transport` over an open trio-websocket connection, client's or server's."""

    def __init__(self, connection: trio_websocket.WebSocketConnection) -> None:
        self._connection = connection
        self._failure: str | None = None
        self._drain = open_for_bursts(connection)

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`."""
        import trio_websocket

        try:
            for frame in frames:
                await self._connection.send_message(frame)
        except trio_websocket.ConnectionClosed as closed:
            raise self._lost(closed.reason) from None

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        import trio_websocket

        try:
            frames = [await self._connection.get_message()]
        except trio_websocket.ConnectionClosed as closed:
            raise self._lost(closed.reason) from None
        if self._drain is not None:
            with suppress(trio.WouldBlock, trio.EndOfChannel, trio.ClosedResourceError):
                while True:
                    frames.append(self._drain())
        return frames

    async def aclose(self, code: int = 1000, reason: str = "") -> None:
        """See `Transport.aclose`. A server may give another code, and a reason of at most 123 bytes."""
        with trio.move_on_after(CLOSE_WITHIN):
            await self._connection.aclose(code, reason or None)

    async def keep_alive(self, stream: WatchedStream) -> None:
        """Ask for a sign of life in silence; end the connection when none comes. Returns when it has ended."""
        import trio_websocket

        while True:
            await trio.sleep_until(stream.last_heard + PING_AFTER)
            asked_at = trio.current_time()
            if asked_at < stream.last_heard + PING_AFTER:
                continue
            with trio.move_on_after(PONG_WITHIN) as patience:
                try:
                    await self._connection.ping()
                except trio_websocket.ConnectionClosed:
                    return
            if patience.cancelled_caught and stream.last_heard <= asked_at:
                self._failure = f"no sign of life for {PONG_WITHIN + PING_AFTER:.0f} s"
                await trio.aclose_forcefully(stream)
                return

    def _lost(self, reason: trio_websocket.CloseReason | None) -> LinkLost:
        if self._failure is not None:
            return LinkLost(1006, self._failure)
        if reason is None:
            return LinkLost(1006, "the connection broke")
        return LinkLost(reason.code, reason.reason or "")


def dial_websocket(
    endpoint: Endpoint,
    *,
    ssl_context: ssl.SSLContext | None = None,
    connect_within: Seconds = CONNECT_WITHIN,
) -> Dialer:
    """A dialer for one platform.

    Args:
        endpoint: where to, and with what credential.
        ssl_context: for ``wss``, instead of the default one; it must verify the server.
        connect_within: seconds for TCP, TLS and the upgrade together; a function that gives the credential has as many
            for itself.

    Raises:
        ConfigError: the context does not verify the server.
    """
    if ssl_context is not None and (ssl_context.verify_mode is not ssl.CERT_REQUIRED or not ssl_context.check_hostname):
        raise ConfigError("ssl_context does not verify the server; trust its certificate instead of switching TLS off")

    @asynccontextmanager
    async def dial() -> AsyncGenerator[Transport, None]:
        target = Target(await _address(endpoint, connect_within), ssl_context, connect_within)
        deadline = trio.current_time() + connect_within
        with target.explained(), trio.fail_at(deadline):
            stream = WatchedStream(await target.open_stream())
        try:
            async with _open_reader() as reader:
                with target.explained(), trio.fail_at(deadline):
                    transport = WebSocketTransport(await _upgrade(target, stream, reader))
                reader.nursery.start_soon(transport.keep_alive, stream)
                try:
                    yield transport
                finally:
                    with trio.CancelScope(shield=True):
                        await transport.aclose()
        finally:
            await trio.aclose_forcefully(stream)

    return dial


async def _address(endpoint: Endpoint, within: Seconds) -> Address:
    try:
        with trio.fail_after(within):
            return await endpoint.address()
    except trio.TooSlowError:
        raise ConnectTimeout(f"the function that gives the credential did not return within {within:g} s") from None


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


async def _upgrade(target: Target, stream: trio.abc.Stream, reader: _Reader) -> trio_websocket.WebSocketConnection:
    import trio_websocket

    with reader.waiting:
        return await trio_websocket.wrap_client_stream(
            cast("trio.Nursery", reader),
            cast("trio.SocketStream", stream),
            target.host_header,
            target.path,
            extra_headers=list(target.address.headers),
            message_queue_size=QUEUE_MESSAGES,
            max_message_size=MAX_MESSAGE_BYTES,
            receive_buffer_size=READ_BYTES,
        )
    raise reader.refusal(target)
