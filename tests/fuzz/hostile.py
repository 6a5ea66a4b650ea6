"""A server that means no good, over real sockets: what it does to one connection follows from a seed."""

from __future__ import annotations

import json
import random
import socket
import struct
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Final

import attrs
import trio
from websockets.frames import Frame as WireFrame
from websockets.frames import Opcode
from websockets.protocol import SERVER, Protocol

from tests.fuzz.corpus import frames
from tests.fuzz.mutation import Mutator
from tests.transport.raw_server import BINARY, CLOSE, CONT, PING, PONG, TEXT, accepted, close, frame

SETUP_COMPLETE: Final = frame(BINARY, b'{"setupComplete": {}}')
CODES: Final = (*range(1000, 1016), 2999, 3000, 4000, 4999, 0, 65535)
LONGEST_SESSION: Final = 3.0
"""Seconds after which a conversation is cut."""


@attrs.define
class Answers:
    """The ids that a client has answered on one connection."""

    ids: list[str] = attrs.field(factory=list)

    def read(self, data: bytes) -> None:
        with suppress(ValueError, KeyError, TypeError):
            self.ids += [each["id"] for each in json.loads(data)["toolResponse"]["functionResponses"]]


class HostileServer:
    """Serves one conversation for each connection; the seed of the next one is set before it is dialled."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[int, Answers] = {}
        self._mutator = Mutator(0, frames())

    async def serve(self, stream: trio.SocketStream) -> None:
        """One connection: its path says which seed it has."""
        try:
            with trio.move_on_after(LONGEST_SESSION):
                request = await _request(stream)
                if b"seed-" in request:
                    seed = int(request.partition(b"seed-")[2].partition(b"-")[0])
                    await self._shake_hands(stream, request, seed)
        except* (trio.BrokenResourceError, trio.ClosedResourceError, trio.BusyResourceError, OSError):
            pass
        finally:
            await trio.aclose_forcefully(stream)

    async def _shake_hands(self, stream: trio.SocketStream, request: bytes, seed: int) -> None:
        pick = random.Random(seed)  # noqa: S311  # no secret
        answer = accepted(request)
        if pick.random() < 0.75:
            await stream.send_all(answer)
            await _Conversation(stream, pick, self._mutator, self.answers.setdefault(seed, Answers())).run()
            return
        match pick.randrange(8):
            case 0:
                await stream.send_all(pick.randbytes(200))
            case 1:
                await stream.send_all(answer.replace(b"Accept: ", b"Accept: x"))
            case 2:
                with suppress(trio.BrokenResourceError):
                    await stream.send_all(b"HTTP/1.1 101 Switching Protocols\r\n")
                    while True:
                        await stream.send_all(b"X-Header: " + b"x" * 1000 + b"\r\n")
            case 3:
                await trio.sleep(1)  # half open: nothing is ever said
            case 4:
                await stream.send_all(answer[: pick.randrange(len(answer))])
            case 5:
                await stream.send_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000000\r\n\r\nno")
            case 6:
                await stream.send_all(
                    answer.replace(b"\r\n\r\n", b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")
                )
            case _:
                return


@attrs.define
class _Conversation:
    """What is said after the upgrade."""

    stream: trio.SocketStream
    pick: random.Random
    mutator: Mutator
    answers: Answers
    protocol: Protocol = attrs.field(factory=lambda: Protocol(SERVER, max_size=None))
    asked: int = 0

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            if self.pick.random() < 0.9:
                nursery.start_soon(self._read, nursery.cancel_scope)
            await trio.sleep(self.pick.choice((0, 0, 0.01)))
            if self.pick.random() < 0.92:
                await self.stream.send_all(SETUP_COMPLETE)
            for _ in range(self.pick.randrange(30)):
                await self.pick.choice(self._acts())()
            if self.pick.random() < 0.3:
                await trio.sleep(self.pick.choice((0.05, 0.5, LONGEST_SESSION)))
            nursery.cancel_scope.cancel()

    def _acts(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        return (self._mutated, self._mutated, self._calls, self._calls, self._cancels, self._doubled, self._pings,
                self._fragments, self._broken_frame, self._goodbye, self._pause, self._cut)  # fmt: skip

    async def _read(self, ends: trio.CancelScope) -> None:
        mute = self.pick.random() < 0.3
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            while data := await self.stream.receive_some(65536):
                self.protocol.receive_data(data)
                for event in self.protocol.events_received():
                    if isinstance(event, WireFrame) and event.opcode in {Opcode.TEXT, Opcode.BINARY}:
                        self.answers.read(bytes(event.data))
                    elif isinstance(event, WireFrame) and event.opcode is Opcode.CLOSE and not mute:
                        await self._answer_goodbye(ends)
                        return

    async def _answer_goodbye(self, ends: trio.CancelScope) -> None:
        """At once, late, after pings, or without a word."""
        match self.pick.randrange(4):
            case 0:
                await self.stream.send_all(close(1000))
            case 1:
                for _ in range(20):
                    await self.stream.send_all(frame(PING, b"still there?"))
                    await trio.sleep(0.05)
                await self.stream.send_all(close(1000))
            case 2:
                await trio.sleep(0.5)
                await self.stream.send_all(close(1000))
            case _:
                return
        ends.cancel()

    async def _mutated(self) -> None:
        self.mutator.seed(self.pick.randrange(2**32))
        for said in [self.mutator.frame() for _ in range(self.pick.randrange(1, 6))]:
            data = said.encode("utf-8", "surrogatepass") if isinstance(said, str) else said
            await self.stream.send_all(frame(TEXT if isinstance(said, str) else BINARY, data[:2_000_000]))

    def _ids(self) -> list[str]:
        return [f"id-{self.pick.randrange(12)}" for _ in range(self.pick.randrange(1, 5))]

    async def _calls(self) -> None:
        calls = [{"id": key, "name": self.pick.choice("fgh"), "args": {}} for key in self._ids()]
        await self._say({"toolCall": {"functionCalls": calls}})

    async def _cancels(self) -> None:
        await self._say({"toolCallCancellation": {"ids": self._ids()}})

    async def _doubled(self) -> None:
        calls = {"toolCall": {"functionCalls": [{"id": self._ids()[0], "name": "f", "args": {}}]}}
        for _ in range(self.pick.randrange(2, 10)):
            await self._say(calls)
        await self._say({"serverContent": {"interrupted": True}})
        await self._say({"setupComplete": {}})

    async def _pings(self) -> None:
        await self.stream.send_all(frame(PING, b"x" * 100) * self.pick.choice((1, 100, 3000)))
        await self.stream.send_all(frame(PONG, b"unasked"))

    async def _fragments(self) -> None:
        data = json.dumps({"serverContent": {"outputTranscription": {"text": "in pieces"}}}).encode()
        pieces = [data[at : at + 7] for at in range(0, len(data), 7)]
        await self.stream.send_all(frame(TEXT, pieces[0], fin=False))
        for piece in pieces[1:-1]:
            await self.stream.send_all(frame(CONT, piece, fin=False) + frame(PING))
        await self.stream.send_all(frame(CONT, pieces[-1]))

    async def _broken_frame(self) -> None:
        if self.pick.random() < 0.6:
            return
        pick = self.pick
        await self.stream.send_all(
            pick.choice(
                (
                    frame(BINARY, b"x", reserved=pick.randrange(1, 8)),
                    frame(pick.choice((3, 7, 11, 15)), b"x"),
                    frame(BINARY, b"x", masked=True),
                    frame(BINARY, b"x", size=2**62),
                    frame(BINARY, b"x", size=20_000_000),
                    frame(CONT, b"x"),
                    frame(PING, b"x" * 126),
                    frame(TEXT, b"\xff\xfe"),
                    frame(CLOSE, b"x"),
                    frame(BINARY, b"x", fin=False) + frame(BINARY, b"x"),
                )
            )
        )

    async def _goodbye(self) -> None:
        if self.pick.random() < 0.3:
            code = self.pick.choice(CODES)
            reason = self.pick.choice(("", "x" * 123, "deadline exceeded", "GoAway"))
            await self.stream.send_all(close(code, reason) * self.pick.choice((1, 2)))

    async def _pause(self) -> None:
        await trio.sleep(self.pick.choice((0, 0.001, 0.02)))

    async def _cut(self) -> None:
        if self.pick.random() < 0.15:
            if self.pick.random() < 0.5:
                self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await trio.aclose_forcefully(self.stream)

    async def _say(self, said: object) -> None:
        await self.stream.send_all(frame(TEXT, json.dumps(said).encode()))


async def _request(stream: trio.SocketStream) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        data = await stream.receive_some()
        if not data:
            break
        request += data
    return request


@asynccontextmanager
async def open_hostile_server() -> AsyncGenerator[HostileServer, None]:
    """A server, as long as the block lasts."""
    server = HostileServer()
    async with trio.open_nursery() as nursery:
        (listener,) = await nursery.start(partial(trio.serve_tcp, server.serve, 0, host="127.0.0.1"))
        server.url = f"ws://127.0.0.1:{listener.socket.getsockname()[1]}"
        yield server
        nursery.cancel_scope.cancel()
