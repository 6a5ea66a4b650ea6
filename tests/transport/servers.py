"""Small servers on loopback: WebSocket ones that behave, and plain TCP ones that do not."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import trio
import trio_websocket

from trio_live.transport import Dialer, GoogleAI, TransportKind, dial_websocket

MIB = 1024 * 1024
KEY = "Xq7-a-key-that-nobody-else-has"

Answer = Callable[[trio_websocket.WebSocketRequest], Awaitable[None]]
Talk = Callable[[trio_websocket.WebSocketConnection], Awaitable[None]]


@asynccontextmanager
async def open_server(answer: Answer, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str, None]:
    """A WebSocket server on loopback; yields its address."""
    sockets = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port = sockets[0].socket.getsockname()[1]
    listeners = [trio.SSLListener(socket, tls) for socket in sockets] if tls is not None else sockets
    server = trio_websocket.WebSocketServer(answer, listeners, max_message_size=64 * MIB, disconnect_timeout=1)
    async with trio.open_nursery() as nursery:
        await nursery.start(server.run)
        yield f"ws{'s' if tls is not None else ''}://127.0.0.1:{port}"
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def open_tcp_server(answer: Callable[[trio.SocketStream], Awaitable[None]]) -> AsyncGenerator[str, None]:
    """A TCP server that need not speak anything; yields its address as if it spoke WebSockets."""
    async with trio.open_nursery() as nursery:
        (listener,) = await nursery.start(partial(trio.serve_tcp, answer, 0, host="127.0.0.1"))
        yield f"ws://127.0.0.1:{listener.socket.getsockname()[1]}"
        nursery.cancel_scope.cancel()


def talking(talk: Talk) -> Answer:
    """Accept whatever comes, and talk, until the client has gone."""

    async def answer(request: trio_websocket.WebSocketRequest) -> None:
        with suppress(trio_websocket.ConnectionClosed):
            await talk(await request.accept())

    return answer


async def listen(server: trio_websocket.WebSocketConnection) -> None:
    """Read until the client has gone."""
    try:
        while True:
            await server.get_message()
    except trio_websocket.ConnectionClosed:
        pass


async def echo(server: trio_websocket.WebSocketConnection) -> None:
    """Say everything back."""
    try:
        while True:
            await server.send_message(await server.get_message())
    except trio_websocket.ConnectionClosed:
        pass


def dialer(url: str, kind: TransportKind, *, context: ssl.SSLContext | None = None, within: float = 5) -> Dialer:
    return dial_websocket(GoogleAI(KEY, base_url=url), ssl_context=context, connect_within=within, kind=kind)


async def free_port() -> int:
    """A port at which nobody listens."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    port: int = listener.socket.getsockname()[1]
    await listener.aclose()
    return port
