"""The emulator on a port: sockets, TLS, upgrades and requests for tokens around an `Emulation`.

We accept connections and own their streams instead of using the library's server, so that every stream is closed
when its handler ends, a peer that hangs up in the middle of its upgrade is noticed at once, and an error in one
connection never reaches another.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeAlias, Unpack, cast

import trio
import trio_websocket

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.emulator._access import Request, Response, UpgradeRefusal, admit, answer_http
from trio_live.emulator._connections import ConnectionStatistics
from trio_live.emulator._emulation import Emulation
from trio_live.emulator._faults import WireStream
from trio_live.emulator._log import ConnectionLog, Direction, LogHook, logger
from trio_live.emulator._options import Choices
from trio_live.emulator._persona import Persona
from trio_live.emulator._service import LIMITS, Route
from trio_live.errors import ConfigError
from trio_live.transport import Transport, WebSocketTransport
from trio_live.transport._internal import MAX_MESSAGE_BYTES, QUEUE_MESSAGES, READ_BYTES, is_loopback
from trio_live.wire import Platform

UPGRADE_WITHIN: Final[Seconds] = LIMITS["upgrade"].most
"""How long a peer may take for TLS and its upgrade request."""
_POST: Final = b"POST "

Handler: TypeAlias = Callable[[Transport, Platform], Awaitable[None]]
"""Holds the conversation of one connection: an accepted transport, and the platform the client addressed."""


class Emulator:
    """A running emulator; made by `open_emulator`.

    Args:
        emulation: what holds the conversations.
        host: the address it listens on.
        port: the TCP port.
        secure: whether it speaks TLS.
    """

    def __init__(self, emulation: Emulation, host: str, port: int, *, secure: bool) -> None:
        self._emulation = emulation
        self._host = host
        self.port = port
        """The TCP port."""
        self.url = f"{'wss' if secure else 'ws'}://{f'[{host}]' if ':' in host else host}:{port}"
        """The address to give to a client as its base URL."""

    @property
    def connections(self) -> ConnectionStatistics:
        """Connections so far."""
        return self._emulation.connections

    async def wait_idle(self) -> None:
        """Wait until no connection is open. Always a checkpoint."""
        await self._emulation.wait_idle()

    @property
    def understands(self) -> bool:
        """Whether it makes out what is said by voice; otherwise it goes by the persona's list (option ``hearing``)."""
        return self._emulation.lifecycle.understands

    @property
    def persona(self) -> Persona:
        """Who answers."""
        return self._emulation.persona


@asynccontextmanager
async def open_emulator(
    persona: Persona | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    ssl_context: ssl.SSLContext | None = None,
    on_log: LogHook | None = None,
    handler: Handler | None = None,
    **choices: Unpack[Choices],
) -> AsyncGenerator[Emulator, None]:
    """Serve the Live API on a port, as long as the block lasts.

    Args:
        persona: who answers; the bundled front desk when nobody is named.
        host: the address to listen on.
        port: the TCP port; 0 for any free one.
        ssl_context: a server context, for ``wss``.
        on_log: called with every record of what happens.
        handler: holds the conversation of every accepted connection, in place of the persona. It is given the
            transport and the platform that the client addressed; the connection is closed when it returns. Upgrades,
            credentials and the faults of upgrades stay the emulator's.
        choices: see `EmulatorOptions`.

    Raises:
        ConfigError: the options or the persona's recordings cannot be used, or others could reach it without a key.
        OSError: the port cannot be opened.
    """
    emulation = Emulation(persona, on_log=on_log, **choices)
    if not (emulation.options.keys or is_loopback(host)):
        raise ConfigError(f"others could reach {host}: name the keys that let them in, with keys=[...]")
    await emulation.lifecycle.load_models()
    listeners = await trio.open_tcp_listeners(port, host=host)
    port = listeners[0].socket.getsockname()[1]
    failures: list[Exception] = []
    try:
        async with open_service_nursery("the emulator is closed") as nursery:

            async def handle(stream: trio.abc.Stream) -> None:
                try:
                    await _handle(emulation, handler, stream)
                except Exception as error:  # noqa: BLE001  # comes out below, where no stream is being closed over it
                    failures.append(error)
                    cancel(nursery.cancel_scope, "a connection of the emulator failed")

            await nursery.start(
                trio.serve_listeners, handle, [_secured(listener, ssl_context) for listener in listeners]
            )
            yield Emulator(emulation, host, port, secure=ssl_context is not None)
    except Exception as error:
        if failures:
            raise failures[0] from error  # the user's connection broke because of it, and perhaps before it was told
        raise
    if failures:
        raise failures[0]


def _secured(
    listener: trio.SocketListener, ssl_context: ssl.SSLContext | None
) -> trio.SocketListener | trio.SSLListener[trio.SocketStream]:
    """The listener, with TLS if there is a context. Trio has switched Nagle's algorithm off for its streams."""
    return listener if ssl_context is None else trio.SSLListener(listener, ssl_context, https_compatible=True)


async def _handle(emulation: Emulation, handler: Handler | None, stream: trio.abc.Stream) -> None:
    """One connection, from its first byte to its last."""
    log = emulation.registry.new_log()
    try:
        async with open_service_nursery("the connection is over") as nursery:
            peeked = b""
            with trio.move_on_after(UPGRADE_WITHIN):
                peeked = await _peek(stream)
            if not peeked:
                log.note("a peer connected and said nothing")
            elif peeked.startswith(_POST):
                await _answer_post(emulation, stream, peeked, log)
            else:
                await _upgrade(emulation, handler, nursery, WireStream(stream, nursery, peeked), log)
    except (trio_websocket.ConnectionClosed, trio.BrokenResourceError):
        log.note("the client hung up during its upgrade")
    except Exception:
        # `Lifecycle.hold` has told what happened inside a conversation.
        if emulation.options.raise_errors:
            raise
        logger.exception("connection %d of the emulator failed", log.connection)
    finally:
        with trio.CancelScope(shield=True):
            await trio.aclose_forcefully(stream)


async def _peek(stream: trio.abc.Stream) -> bytes:
    """The first bytes: enough to tell a POST from everything else, unless the peer hangs up before."""
    peeked = b""
    while len(peeked) < len(_POST) and _POST.startswith(peeked):
        data = await stream.receive_some(READ_BYTES)
        if not data:
            break
        peeked += data
    return peeked


async def _answer_post(emulation: Emulation, stream: trio.abc.Stream, peeked: bytes, log: ConnectionLog) -> None:
    def respond(request: Request) -> Response:
        response = emulation.lifecycle.rest.respond(request)
        path = request.target.partition("?")[0]
        log.write(Direction.RECEIVED, f"{request.method} {path}")
        log.write(Direction.SENT, f"HTTP {response.status} for {path}")
        return response

    with trio.move_on_after(UPGRADE_WITHIN):
        await answer_http(stream, peeked, respond)


async def _upgrade(
    emulation: Emulation,
    handler: Handler | None,
    nursery: trio.Nursery,
    stream: WireStream,
    log: ConnectionLog,
) -> None:
    """Accept the upgrade, or refuse it, or let it fail as a fault says; then hold the conversation."""
    request = await _upgrade_request(nursery, stream)
    if request is None:
        return
    injector = emulation.lifecycle.new_injector(log)
    path = request.path.partition("?")[0]
    admitted = _admitted(emulation, request)
    strike = injector.fail_upgrade(stream)
    if strike is not None:
        log.note(f"fault: {strike.fault} at upgrade")
        status = injector.status_of(strike)
        if status is None:
            if strike.fault == "half_open":
                await stream.ended.wait()
            return
        admitted = UpgradeRefusal(status, f"The emulator was told to answer with status {status}.")
    if isinstance(admitted, UpgradeRefusal):
        emulation.registry.count(turned_away=1)
        log.write(Direction.SENT, f"HTTP {admitted.status} for {path}")
        await request.reject(admitted.status, body=admitted.words.encode())
        return
    log.write(Direction.RECEIVED, f"upgrade to {path}")
    transport = WebSocketTransport(await request.accept())
    if handler is not None:
        with emulation.registry.open():
            await handler(transport, admitted.platform)
        return
    await emulation.lifecycle.hold(transport, admitted, log, injector)
    if injector.is_deaf:
        await stream.ended.wait()


def _admitted(emulation: Emulation, request: trio_websocket.WebSocketRequest) -> Route | UpgradeRefusal:
    """Where the client wants to go, or why it may not."""
    route = admit(request.path, request.headers, emulation.options.keys)
    if isinstance(route, UpgradeRefusal):
        return route
    return emulation.lifecycle.admission.refuse_upgrade(route, emulation.connections.active) or route


async def _upgrade_request(nursery: trio.Nursery, stream: trio.abc.Stream) -> trio_websocket.WebSocketRequest | None:
    """What the peer asks for; ``None`` when it hangs up, says nothing, or speaks something else."""
    reader = _Reader(nursery)
    with reader.patience:
        return await trio_websocket.wrap_server_stream(
            cast("trio.Nursery", reader),
            stream,
            message_queue_size=QUEUE_MESSAGES,
            max_message_size=MAX_MESSAGE_BYTES,
            receive_buffer_size=READ_BYTES,
        )
    return None


class _Reader:
    """Stands in for the nursery in which the library starts its reader.

    The reader ends without a word when the peer hangs up instead of asking for an upgrade; the library would wait for
    its request for ever. Here the end of the reader ends the wait.
    """

    def __init__(self, nursery: trio.Nursery) -> None:
        self._nursery = nursery
        self.patience = trio.CancelScope(deadline=trio.current_time() + UPGRADE_WITHIN)

    def start_soon(self, reader: Callable[[], Awaitable[None]]) -> None:
        self._nursery.start_soon(self._run, reader)

    async def _run(self, reader: Callable[[], Awaitable[None]]) -> None:
        try:
            await reader()
        except Exception:  # noqa: BLE001  # whatever breaks the reader has broken the link, nothing more
            logger.debug("a peer broke its connection", exc_info=True)
        cancel(self.patience, "the peer hung up")
