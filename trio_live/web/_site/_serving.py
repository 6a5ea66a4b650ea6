"""Routes on a port of their own: files and sockets through the Trio server of `websockets`.

Leaving the block cancels what the handlers do, and closes every socket with a word, within a deadline.
"""

from __future__ import annotations

import http
import logging
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

import trio
from websockets.datastructures import Headers, MultipleValuesError
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.trio.server import Server, ServerConnection, serve

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.web._site._gate import Gate, Visit
from trio_live.web._site._handling import handle
from trio_live.web._site._routes import Answer, Routes, SocketHandler
from trio_live.web._site._socket import CLOSE_WITHIN, MOST_BYTES, PageClose, SocketGone, short

PING_EVERY: Final[Seconds] = 10.0
"""A page that is gone without a word is noticed within twice that."""
LEAVE_WITHIN: Final[Seconds] = 2 * CLOSE_WITHIN
logger: Final = logging.getLogger("trio_live.web")


@value
class ServedSite:
    """Routes that are being served."""

    url: str
    """Where their root is."""
    port: int


@asynccontextmanager
async def open_site(
    routes: Routes,
    *,
    gate: Gate | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncGenerator[ServedSite, None]:
    """Serve files and sockets on a port, as long as the block lasts.

    Args:
        routes: what there is.
        gate: who may come in; this machine, if none is given.
        host: the address to listen on.
        port: the TCP port; 0 for any free one.
        ssl_context: a server context, for ``https``. Browsers give a microphone only to it, and to loopback addresses.

    Raises:
        ConfigError: others could reach it, and the gate has no token or no origins.
        OSError: the port cannot be opened.

    Cancellation: as leaving the block.
    """
    gate = gate or Gate()
    gate.check_host(host)
    listeners = await trio.open_tcp_listeners(port, host=host)
    port = listeners[0].socket.getsockname()[1]
    serving = _Serving(routes, gate)
    async with open_service_nursery("the site is closed") as nursery:
        await nursery.start(_serve, serving, listeners, ssl_context)
        try:
            scheme = "http" if ssl_context is None else "https"
            yield ServedSite(f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}/", port)
        finally:
            with trio.CancelScope(shield=True, deadline=trio.current_time() + LEAVE_WITHIN):
                await serving.leave()
            cancel(serving.scope, "the site is closed")


async def _serve(
    serving: _Serving,
    listeners: list[trio.SocketListener],
    ssl_context: ssl.SSLContext | None,
    *,
    task_status: trio.TaskStatus[Server],
) -> None:
    with serving.scope:
        await serve(
            serving.hold,
            listeners=listeners,
            ssl=ssl_context,
            process_request=serving.look,
            compression=None,
            ping_interval=PING_EVERY,
            ping_timeout=PING_EVERY,
            close_timeout=CLOSE_WITHIN,
            max_size=MOST_BYTES,
            server_header=None,
            logger=logger,
            task_status=task_status,
        )


class _Serving:
    """What the library's server calls."""

    def __init__(self, routes: Routes, gate: Gate) -> None:
        self._routes = routes
        self._gate = gate
        self._scopes: set[trio.CancelScope] = set()
        self.scope = trio.CancelScope(shield=True)
        """Of the library's server: one that is cancelled from outside cannot say goodbye."""
        self._is_leaving = False
        self._empty = trio.lowlevel.ParkingLot()

    def look(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer a request that is for no socket, or for none that may be had."""
        found = self._find(connection, request)
        if not isinstance(found, Answer):
            return None
        body = b"" if request.method == "HEAD" else found.body
        headers = Headers({**found.headers, "Content-Length": str(len(found.body)), "Connection": "close"})
        return Response(found.status, http.HTTPStatus(found.status).phrase, headers, body)

    def _find(self, connection: ServerConnection, request: Request) -> Answer | SocketHandler:
        visit = Visit(
            method=request.method,
            path=request.path.partition("?")[0].removeprefix("/"),
            headers=_plain(request.headers),
            client=connection.remote_address[0],
        )
        return self._routes.answer(self._gate, visit, upgrades="upgrade" in request.headers)

    async def hold(self, connection: ServerConnection) -> None:
        """Hold the conversation of one socket."""
        assert connection.request is not None  # noqa: S101  # the library calls this after the request
        handler = self._find(connection, connection.request)
        assert not isinstance(handler, Answer)  # noqa: S101  # `look` has answered those
        socket = WebsocketsSocket(connection)
        scope = trio.CancelScope()
        self._scopes.add(scope)
        if self._is_leaving:
            cancel(scope, "the site is closed")
        try:
            with scope:
                await handle(socket, self._gate, handler)
            if scope.cancelled_caught:
                await socket.aclose(PageClose.LEAVING, "the server is leaving")
        finally:
            self._scopes.discard(scope)
            self._empty.unpark_all()

    async def leave(self) -> None:
        """End every conversation, and wait until each page was told."""
        self._is_leaving = True
        for scope in self._scopes:
            cancel(scope, "the site is closed")
        while self._scopes:
            await self._empty.park()


def _plain(headers: Headers) -> dict[str, str]:
    """Headers by lower-case name; one that is given twice with different values is as good as a foreign one."""
    found = {}
    for name in headers:
        try:
            found[name.lower()] = headers[name]
        except MultipleValuesError:
            found[name.lower()] = ", ".join(headers.get_all(name))
    return found


class WebsocketsSocket:
    """A socket of `websockets.trio`."""

    def __init__(self, connection: ServerConnection) -> None:
        self._connection = connection

    async def receive(self) -> str | bytes:
        """See `PageSocket`."""
        try:
            return await self._connection.recv()
        except ConnectionClosed as closed:
            raise SocketGone(str(closed)) from None

    async def send(self, message: str | bytes) -> None:
        """See `PageSocket`."""
        try:
            await self._connection.send(message)
        except ConnectionClosed as closed:
            raise SocketGone(str(closed)) from None

    async def aclose(self, code: PageClose, reason: str = "") -> None:
        """See `PageSocket`."""
        is_closed = False
        try:
            with trio.move_on_after(CLOSE_WITHIN), suppress(ConnectionClosed):
                await self._connection.aclose(code, short(reason))
                is_closed = True
        finally:
            if not is_closed:
                with trio.CancelScope(shield=True):
                    await trio.aclose_forcefully(self._connection.stream)
