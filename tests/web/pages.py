"""Pages of tests: in memory with a virtual clock, and over a real socket."""

from __future__ import annotations

import json
import math
import ssl
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import trio
from websockets.exceptions import ConnectionClosed
from websockets.trio.client import ClientConnection, connect

from trio_live.web._messages import VERSION
from trio_live.web._site import PageClose, SocketGone

HELLO: dict[str, Any] = {"type": "hello", "version": VERSION, "tab": "one", "call": None}


class MemorySocket:
    """A socket whose other end is the test."""

    def __init__(self, *, reads: bool = True) -> None:
        self.to_server, self._from_page = trio.open_memory_channel[str | bytes](math.inf)
        self.sent: list[str | bytes] = []
        self.reads = reads
        """Whether the page takes what it is sent."""
        self.closed: tuple[PageClose, str] | None = None
        self.gone = trio.Event()

    def say(self, kind: str, **fields: Any) -> None:
        """The page says something."""
        self.to_server.send_nowait(json.dumps({"type": kind, **fields}))

    def sound(self, pcm: bytes) -> None:
        self.to_server.send_nowait(pcm)

    def leave(self) -> None:
        """The page goes."""
        self.to_server.close()
        self.gone.set()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What the page was told, besides sound."""
        return [json.loads(each) for each in self.sent if isinstance(each, str)]

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [each for each in self.messages if each["type"] == kind]

    @property
    def sounds(self) -> list[tuple[int, bytes]]:
        """What the page was given to play: epochs and sound."""
        return [(int.from_bytes(each[:4], "little"), each[4:]) for each in self.sent if isinstance(each, bytes)]

    async def receive(self) -> str | bytes:
        try:
            return await self._from_page.receive()
        except trio.EndOfChannel:
            raise SocketGone("left") from None

    async def send(self, message: str | bytes) -> None:
        await trio.lowlevel.checkpoint()
        if self.gone.is_set():
            raise SocketGone("left")
        if not self.reads:
            await trio.sleep_forever()
        self.sent.append(message)

    async def aclose(self, code: PageClose, reason: str = "") -> None:
        await trio.lowlevel.checkpoint()
        if self.closed is None and not self.gone.is_set():
            self.closed = code, reason
        self.leave()


class Browser:
    """A page over a real socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.seen: list[dict[str, Any]] = []
        self.played: dict[int, int] = {}
        """Bytes of sound by epoch."""

    async def say(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def next(self) -> dict[str, Any] | None:
        """The next message; ``None``: it was sound."""
        message = await self.socket.recv()
        if isinstance(message, bytes):
            epoch = int.from_bytes(message[:4], "little")
            self.played[epoch] = self.played.get(epoch, 0) + len(message) - 4
            return None
        self.seen.append(json.loads(message))
        return self.seen[-1]

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Read until a message of this kind, with these fields."""
        while True:
            found = await self.next()
            if found and found["type"] == kind and found.items() >= fields.items():
                return found

    async def until_line(self, who: str, words: str) -> dict[str, Any]:
        """Read until a caption with these words is final."""
        while True:
            line: dict[str, Any] = (await self.until("caption"))["line"]
            if line["who"] == who and words in line["text"] and line["final"]:
                return line

    async def end(self) -> tuple[int, str]:
        """Read to the end; how it was closed."""
        try:
            while True:
                await self.next()
        except ConnectionClosed:
            return self.socket.close_code or 0, self.socket.close_reason or ""


@asynccontextmanager
async def browse(
    url: str,
    *,
    origin: str | Sequence[str] = (),
    path: str = "call",
    tls: ssl.SSLContext | None = None,
    **hello: Any,
) -> AsyncGenerator[Browser, None]:
    """A page that has said hello."""
    address = url.replace("http", "ws", 1) + path
    headers = [("Origin", each) for each in ([origin] if isinstance(origin, str) else origin)]
    async with connect(address, ssl=tls, additional_headers=headers, proxy=None, close_timeout=1) as socket:
        browser = Browser(socket)
        await browser.say(**{"kind" if name == "type" else name: value for name, value in {**HELLO, **hello}.items()})
        yield browser


async def fetch(
    url: str, path: str = "", *, method: str = "GET", tls: ssl.SSLContext | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request over a connection of its own: status, headers by lower-case name, body."""
    host, port = url.split("/")[2].rsplit(":", 1)
    asked = {"Host": f"{host}:{port}", **{name.replace("_", "-"): text for name, text in headers.items()}}
    name = host.strip("[]")
    stream: trio.abc.Stream = await trio.open_tcp_stream(name, int(port))
    if tls is not None:
        stream = trio.SSLStream(stream, tls, server_hostname=name, https_compatible=True)
    async with stream:
        lines = "".join(f"{name}: {text}\r\n" for name, text in asked.items())
        await stream.send_all(f"{method} /{path} HTTP/1.1\r\n{lines}\r\n".encode())
        head = found = body = answer = b""
        while not (found and len(body) >= _length(head)) and (data := await stream.receive_some()):
            answer += data
            head, found, body = answer.partition(b"\r\n\r\n")
    status, *named = head.decode().split("\r\n")
    fields = dict(each.lower().split(": ", 1) for each in named)
    return int(status.split()[1]), fields, body


def _length(head: bytes) -> float:
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return lengths[0] if lengths else math.inf
