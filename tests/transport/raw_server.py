"""A server that shakes hands and does nothing else by itself: every frame is made by hand, right or wrong."""

from __future__ import annotations

import re
import ssl
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

import attrs
import trio
from websockets.frames import Frame, Opcode
from websockets.protocol import SERVER, Protocol
from websockets.utils import accept_key

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
SOON = 5.0


def frame(
    opcode: int,
    data: bytes = b"",
    *,
    fin: bool = True,
    reserved: int = 0,
    masked: bool = False,
    size: int | None = None,
) -> bytes:
    """Any frame, right or wrong; ``size`` is what its header claims."""
    length = len(data) if size is None else size
    head = (0x80 if fin else 0) | reserved << 4 | opcode
    mask = 0x80 if masked else 0
    if length < 126:
        header = struct.pack("!BB", head, mask | length)
    elif length < 65536:
        header = struct.pack("!BBH", head, mask | 126, length)
    else:
        header = struct.pack("!BBQ", head, mask | 127, length)
    return header + (b"\0\0\0\0" if masked else b"") + data


def close(code: int, reason: str = "") -> bytes:
    """A goodbye, with any code."""
    return frame(CLOSE, struct.pack("!H", code) + reason.encode())


def accepted(request: bytes) -> bytes:
    """The answer that opens a connection."""
    key = re.search(rb"Sec-WebSocket-Key: (\S+)", request, re.IGNORECASE)
    assert key is not None
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept_key(key[1].decode()).encode() + b"\r\n\r\n"
    )


@attrs.define
class Peer:
    """The server's end of one connection."""

    stream: trio.SocketStream | trio.SSLStream[trio.SocketStream]
    protocol: Protocol = attrs.field(factory=lambda: Protocol(SERVER, max_size=None))
    """Takes apart what the client writes; what it would answer is never sent."""
    has_ended: bool = False

    async def say(self, data: bytes) -> None:
        """These bytes, in one write. A client that has hung up does not hear them."""
        with suppress(trio.BrokenResourceError):
            await self.stream.send_all(data)

    async def hear(self) -> list[tuple[Opcode, bytes]]:
        """The client's next frames; none, where it has hung up. The client breaks no rule and leaves no half frame."""
        while not self.has_ended:
            try:
                data = await self.stream.receive_some()
            except trio.BrokenResourceError:
                data = b""
            self.has_ended = not data
            if self.has_ended:
                self.protocol.receive_eof()
                assert str(self.protocol.parser_exc) in {"None", "unexpected end of stream"}
                break
            self.protocol.receive_data(data)
            heard = [event for event in self.protocol.events_received() if isinstance(event, Frame)]
            assert self.protocol.parser_exc is None
            if heard:
                return [(each.opcode, bytes(each.data)) for each in heard]
        return []

    async def hear_all(self) -> list[tuple[Opcode, bytes]]:
        """Everything that the client says until it hangs up."""
        everything = []
        while frames := await self.hear():
            everything += frames
        return everything

    async def cut(self) -> None:
        """Hang up without a goodbye, of TLS's neither."""
        await trio.aclose_forcefully(self.stream)


Script = Callable[[Peer], Awaitable[object]]


@asynccontextmanager
async def open_raw_server(script: Script, *, tls: ssl.SSLContext | None = None) -> AsyncGenerator[str, None]:
    """A server that hangs up where its script ends; yields its address. It has time to end where the block does."""

    async def serve(tcp: trio.SocketStream) -> None:
        stream = tcp if tls is None else trio.SSLStream(tcp, tls, server_side=True, https_compatible=True)
        request = b""
        while b"\r\n\r\n" not in request:
            try:
                data = await stream.receive_some()
            except trio.BrokenResourceError:
                return
            if not data:
                return
            request += data
        peer = Peer(stream)
        await peer.say(accepted(request))
        await script(peer)
        with suppress(trio.BrokenResourceError):
            await stream.aclose()

    async with trio.open_nursery() as nursery:
        async with trio.open_nursery() as conversations:
            listen = partial(trio.serve_tcp, serve, 0, host="127.0.0.1", handler_nursery=conversations)
            (listener,) = await nursery.start(listen)
            yield f"ws{'s' if tls is not None else ''}://127.0.0.1:{listener.socket.getsockname()[1]}"
        nursery.cancel_scope.cancel()
