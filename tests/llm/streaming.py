"""A little HTTP server that streams what it is told to, and sees when its client has left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import attrs
import trio

Step: TypeAlias = bytes | float | None
"""What is sent, how long is waited, or ``None``: it hangs up."""

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
TEXT = b'{"candidates": [{"content": {"role": "model", "parts": [{"text": "%s"}]}%s}]}'


def event(text: str, reason: str = "") -> bytes:
    """One piece of an answer, as a server-sent event."""
    end = b', "finishReason": "%s"' % reason.encode() if reason else b""
    return b"data: " + TEXT % (text.encode(), end) + b"\r\n\r\n"


@attrs.define
class Streamer:
    """It listens, and remembers."""

    url: str
    asked: list[str] = attrs.field(factory=list)
    left: trio.Event = attrs.field(factory=trio.Event)
    """A client has closed its connection."""


@asynccontextmanager
async def streaming(*steps: Step) -> AsyncIterator[Streamer]:
    """A server on a port of its own, as long as the block runs."""
    async with trio.open_nursery() as nursery:
        listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
        server = Streamer(f"http://127.0.0.1:{listeners[0].socket.getsockname()[1]}")

        async def serve(stream: trio.SocketStream) -> None:
            head = await stream.receive_some(65536)
            server.asked.append(head.split(b" ")[1].decode())
            async with trio.open_nursery() as both:
                both.start_soon(_watch, stream, server)
                await _play(stream, steps)
                both.cancel_scope.cancel()

        nursery.start_soon(trio.serve_listeners, serve, listeners)
        yield server
        nursery.cancel_scope.cancel()


async def _watch(stream: trio.SocketStream, server: Streamer) -> None:
    try:
        while await stream.receive_some(65536):
            pass
    except trio.BrokenResourceError:
        pass
    server.left.set()


async def _play(stream: trio.SocketStream, steps: Sequence[Step]) -> None:
    try:
        await stream.send_all(HEAD)
        for step in steps:
            if step is None:
                await stream.send_eof()  # so that what was sent arrives
                await trio.sleep_forever()
            if isinstance(step, bytes):
                await stream.send_all(b"%x\r\n%s\r\n" % (len(step), step))
            else:
                await trio.sleep(step)
        await stream.send_all(b"0\r\n\r\n")
        await trio.sleep_forever()
    except trio.BrokenResourceError:
        await trio.sleep_forever()
