"""Routes as an ASGI application, to be mounted into somebody's own. Its server must run on Trio.

Nothing has to be opened for it, and ``lifespan`` may be left out, as most frameworks do for what is mounted: a socket's
handler owns what it opens. Whoever mounts it somewhere else than at the root gives its path in ``root_path``, as the
specification says, or cuts it off.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

import trio

from trio_live.errors import ConfigError
from trio_live.web._site._gate import Gate, Visit
from trio_live.web._site._handling import handle
from trio_live.web._site._routes import Answer, Routes, SocketHandler
from trio_live.web._site._socket import CLOSE_WITHIN, PageClose, SocketGone, short

Scope: TypeAlias = MutableMapping[str, Any]
Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]


class SiteApp:
    """Routes as an ASGI application.

    Args:
        routes: what there is.
        gate: who may come in; this machine, if none is given.

    Raises:
        ConfigError: when it is called: the server runs on another loop than Trio's.
    """

    def __init__(self, routes: Routes, gate: Gate | None = None) -> None:
        self._routes = routes
        self._gate = gate or Gate()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection, as ASGI describes it."""
        if not trio.lowlevel.in_trio_run():
            raise ConfigError("the page runs on Trio: serve it with anycorn under trio, or with hypercorn -k trio")
        match scope["type"]:
            case "http":
                await self._answer(scope, send)
            case "websocket":
                await self._hold(scope, receive, send)
            case "lifespan":
                await _live(receive, send)
            case other:
                raise ValueError(f"{other} is no kind of connection that this application knows")

    def _find(self, scope: Scope, *, upgrades: bool) -> Answer | SocketHandler:
        root = str(scope.get("root_path") or "").rstrip("/")
        client = scope.get("client")
        visit = Visit(
            method=scope.get("method", "GET"),
            path=str(scope["path"]).removeprefix(root).removeprefix("/"),
            headers={name.decode("latin-1").lower(): text.decode("latin-1") for name, text in scope["headers"]},
            client=client[0] if client else None,
        )
        return self._routes.answer(self._gate, visit, upgrades=upgrades, root=f"{root}/")

    async def _answer(self, scope: Scope, send: Send) -> None:
        found = self._find(scope, upgrades=False)
        assert isinstance(found, Answer)  # noqa: S101  # sockets are found by those who upgrade
        headers = {**found.headers, "Content-Length": str(len(found.body))}
        await send(
            {
                "type": "http.response.start",
                "status": found.status,
                "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
            }
        )
        body = b"" if scope["method"] == "HEAD" else found.body
        await send({"type": "http.response.body", "body": body})

    async def _hold(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._find(scope, upgrades=True)
        await receive()  # websocket.connect
        if isinstance(found, Answer):
            await send({"type": "websocket.close", "code": 1008, "reason": found.body.decode().strip()})
            return
        await send({"type": "websocket.accept"})
        socket = AsgiSocket(receive, send)
        try:
            await handle(socket, self._gate, found)
        finally:
            await socket.aclose(PageClose.LEAVING, "the server is leaving")


async def _live(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


class AsgiSocket:
    """A socket that an ASGI server carries."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_over = False

    async def receive(self) -> str | bytes:
        """See `PageSocket`."""
        if self._is_over:
            raise SocketGone("the socket is closed")
        event = await self._receive()
        if event["type"] == "websocket.disconnect":
            self._is_over = True
            raise SocketGone(f"the page closed its socket with {event.get('code', 1005)}")
        text: str | None = event.get("text")
        return text if text is not None else bytes(event.get("bytes") or b"")

    async def send(self, message: str | bytes) -> None:
        """See `PageSocket`."""
        if self._is_over:
            raise SocketGone("the socket is closed")
        await self._send({"type": "websocket.send", "text" if isinstance(message, str) else "bytes": message})

    async def aclose(self, code: PageClose, reason: str = "") -> None:
        """See `PageSocket`."""
        if self._is_over:
            return
        self._is_over = True
        with trio.CancelScope(shield=True), trio.move_on_after(CLOSE_WITHIN):
            await self._send({"type": "websocket.close", "code": int(code), "reason": short(reason)})
