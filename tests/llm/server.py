"""A little HTTP server that answers what it is told to, for clients of the text API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import attrs
import h11
import trio

Answer = Callable[["Asked"], "tuple[int, bytes] | tuple[int, bytes, dict[str, str]] | None"]
"""What was asked → status, body and headers; ``None`` leaves without a word."""


@attrs.frozen
class Asked:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@attrs.define
class Server:
    """It listens, and remembers."""

    url: str
    asked: list[Asked] = attrs.field(factory=list)
    connections: int = 0


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Server]:
    """A server on a port of its own, as long as the block runs."""
    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        server = Server(f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}")

        async def serve(stream: trio.SocketStream) -> None:
            server.connections += 1
            with trio.move_on_after(5), suppress(h11.RemoteProtocolError, trio.BrokenResourceError):  # it has left
                await _talk(stream, server, answer)

        nursery.start_soon(trio.serve_listeners, serve, listeners)
        yield server
        nursery.cancel_scope.cancel()


async def _talk(stream: trio.SocketStream, server: Server, answer: Answer) -> None:
    http = h11.Connection(h11.SERVER)
    request: h11.Request | None = None
    body = b""
    while True:
        match http.next_event():
            case h11.NEED_DATA:
                http.receive_data(await stream.receive_some(65536))
            case h11.Request() as begun:
                request, body = begun, b""
            case h11.Data(data=data):
                body += bytes(data)
            case h11.EndOfMessage():
                assert request is not None
                headers = {name.decode(): value.decode() for name, value in request.headers}
                asked = Asked(request.target.decode(), headers, body)
                server.asked.append(asked)
                reply = answer(asked)
                if reply is None:
                    return
                status, said, *more = reply
                fields = [("Content-Length", str(len(said))), *(more[0] if more else {}).items()]
                for event in (
                    h11.Response(status_code=status, headers=fields),
                    h11.Data(data=said),
                    h11.EndOfMessage(),
                ):
                    await stream.send_all(http.send(event) or b"")
                http.start_next_cycle()
            case _:
                return
