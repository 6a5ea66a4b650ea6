"""Frames over a real WebSocket. The one importer of trio_websocket; its errors stop here.

Four decisions that the library leaves to its user:

* **We own the stream.** It is opened here and wrapped, so that a cancelled dial closes the socket instead of
  leaving it to the garbage collector, and so that a peer that hangs up in mid-handshake is noticed at once.
* **A deep queue.** The library answers pings from the task that fills the message queue; with its default of one
  message a busy reader would look like a dead peer.
* **Big messages.** One part may carry megabytes; the library closes at 1 MiB.
* **Patience.** Google's pongs have been measured half a minute late. Any traffic counts as life, a ping goes out
  only into silence, and only `PONG_WITHIN` seconds of silence after it end the connection.

Draining the queue after one wake-up is what makes a burst cheap, and the library has no public name for it.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import cast
from urllib.parse import urlsplit

import attrs
import trio
import trio_websocket

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.errors import ConfigError, ConnectError, ConnectRejected, ConnectTimeout, LinkLost
from trio_live.transport._abc import Dialer, Frames, Transport
from trio_live.transport._endpoint import Endpoint

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

_HTTP_ADVICE = {
    400: "check the model, the API version and the base_url",
    401: "check the API key or token",
    403: "check the API key or token, and that it may use this project and model",
    404: "check the base_url and the API version",
    429: "quota or concurrent sessions are used up; wait before trying again",
}


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
        self._failure: LinkLost | None = None
        # XX private name: see the module's last paragraph. Without it every frame costs a wake-up of its own.
        queue = getattr(connection, "_recv_channel", None)
        self._drain: Callable[[], bytes | str] | None = getattr(queue, "receive_nowait", None)

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`."""
        try:
            for frame in frames:
                await self._connection.send_message(frame)
        except trio_websocket.ConnectionClosed as closed:
            raise self._lost(closed.reason) from None

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
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
        """Ask for a sign of life in silence; end the connection when none comes."""
        while True:
            silence = trio.current_time() - stream.last_heard
            if silence < PING_AFTER:
                await trio.sleep(PING_AFTER - silence)
                continue
            asked_at = trio.current_time()
            with trio.move_on_after(PONG_WITHIN), suppress(trio_websocket.ConnectionClosed):
                await self._connection.ping()
            if stream.last_heard <= asked_at and trio.current_time() - asked_at >= PONG_WITHIN:
                self._failure = LinkLost(1006, f"no sign of life for {PONG_WITHIN + PING_AFTER:.0f} s")
                await trio.aclose_forcefully(stream)
                return
            await trio.lowlevel.checkpoint()

    def _lost(self, reason: trio_websocket.CloseReason | None) -> LinkLost:
        if self._failure is not None:
            return self._failure
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
        connect_within: seconds for TCP, TLS and the upgrade together.

    Raises:
        ConfigError: the context does not verify the server.
    """
    if ssl_context is not None and ssl_context.verify_mode is not ssl.CERT_REQUIRED:
        raise ConfigError("ssl_context does not verify the server; trust its certificate instead of switching TLS off")

    @asynccontextmanager
    async def dial() -> AsyncGenerator[Transport, None]:
        deadline = trio.current_time() + connect_within
        target = _Target(endpoint.url(), ssl_context, connect_within)
        headers = await endpoint.headers()
        with target.explained(), trio.fail_at(deadline):
            stream = WatchedStream(await target.open_stream())
        try:
            async with open_service_nursery("the connection is closed") as nursery:
                with target.explained(), trio.fail_at(deadline):
                    transport = WebSocketTransport(await target.upgrade(nursery, stream, headers))
                nursery.start_soon(transport.keep_alive, stream)
                try:
                    yield transport
                finally:
                    with trio.CancelScope(shield=True):
                        await transport.aclose()
        finally:
            await trio.aclose_forcefully(stream)

    return dial


class _Reader:
    """Stands in for the nursery in which the library starts its reader.

    The reader raises when the server refuses the upgrade, and ends without a word when the server hangs up instead
    of answering; either would leave the dial waiting. Here both are kept, and end the wait.
    """

    def __init__(self, nursery: trio.Nursery) -> None:
        self._nursery = nursery
        self.waiting = trio.CancelScope()
        self.error: Exception | None = None

    def start_soon(self, reader: Callable[[], Awaitable[None]]) -> None:
        self._nursery.start_soon(self._run, reader)

    async def _run(self, reader: Callable[[], Awaitable[None]]) -> None:
        try:
            await reader()
        except Exception as error:  # noqa: BLE001  # whatever breaks the reader has broken the link, nothing more
            self.error = error
        cancel(self.waiting, "the connection ended during the upgrade")


@attrs.define
class _Target:
    """One address being dialled, and how its failures are told."""

    url: str
    ssl_context: ssl.SSLContext | None
    connect_within: Seconds

    @property
    def _place(self) -> tuple[str, int, bool]:
        parts = urlsplit(self.url)
        secure = parts.scheme == "wss"
        return parts.hostname or "", parts.port or (443 if secure else 80), secure

    async def open_stream(self) -> trio.abc.Stream:
        host, port, secure = self._place
        tcp = await trio.open_tcp_stream(host, port)
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not secure:
            return tcp
        context = self.ssl_context or ssl.create_default_context()
        stream = trio.SSLStream(tcp, context, server_hostname=host, https_compatible=True)
        try:
            await stream.do_handshake()
        except BaseException:
            await trio.aclose_forcefully(stream)
            raise
        return stream

    async def upgrade(
        self, nursery: trio.Nursery, stream: trio.abc.Stream, headers: list[tuple[bytes, bytes]]
    ) -> trio_websocket.WebSocketConnection:
        parts = urlsplit(self.url)
        reader = _Reader(nursery)
        with reader.waiting:
            return await trio_websocket.wrap_client_stream(
                cast("trio.Nursery", reader),
                cast("trio.SocketStream", stream),
                parts.netloc.rpartition("@")[2],
                parts.path or "/",
                extra_headers=headers,
                message_queue_size=QUEUE_MESSAGES,
                max_message_size=MAX_MESSAGE_BYTES,
                receive_buffer_size=READ_BYTES,
            )
        raise reader.error or ConnectError(
            f"{self.name} hung up in the middle of the handshake",
            advice="is this a WebSocket server, and does it speak TLS where you do?",
        )

    @property
    def name(self) -> str:
        host, port, _ = self._place
        return f"{host}:{port}"

    @contextmanager
    def explained(self) -> Generator[None, None, None]:
        """Tell what went wrong, in our errors."""
        try:
            yield
        except trio.TooSlowError:
            raise ConnectTimeout(f"{self.name} did not answer within {self.connect_within:g} s") from None
        except trio_websocket.ConnectionRejected as rejected:
            words = (rejected.body or b"").decode(errors="replace").strip()[:300]
            raise ConnectRejected(
                f"{self.name} refused the connection with HTTP status {rejected.status_code}"
                + (f": {words}" if words else ""),
                code=rejected.status_code,
                reason=words,
                advice=_HTTP_ADVICE.get(rejected.status_code),
            ) from None
        except trio_websocket.HandshakeError as error:
            raise ConnectError(f"the WebSocket handshake with {self.name} failed: {error}") from error
        except trio.BrokenResourceError as broken:
            cause = broken.__cause__
            if isinstance(cause, ssl.SSLError):
                raise ConnectRejected(
                    f"TLS with {self.name} failed: {getattr(cause, 'verify_message', '') or cause.reason or cause}",
                    advice="for a private certificate pass an ssl_context that trusts it",
                ) from cause
            raise ConnectError(f"{self.name} hung up in the middle of the handshake") from broken
        except OSError as error:
            detail = _first_line(error)
            raise ConnectError(
                f"{self.name} cannot be reached: {detail}", advice="check the address and the network"
            ) from error


def _first_line(error: OSError) -> str:
    """What the system says; Trio wraps the failures of several addresses in a group."""
    cause = error.__cause__
    if isinstance(cause, BaseExceptionGroup) and isinstance(cause.exceptions[0], OSError):
        error = cause.exceptions[0]
    return error.strerror or str(error)
