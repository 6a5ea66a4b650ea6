"""The peer of every benchmark: a Live server in a process of its own that costs next to nothing.

Strategy: a real server would be measured along with the client, so this one knows just enough of RFC 6455 and of the
Live protocol to be talked to. Frames are bytes made beforehand; of what the client sends only the headers are looked
at. What a connection does is the first part of its path:

    /idle/…         nothing
    /burst-2000/…   2000 audio frames for every message that follows the setup, as fast as they can be written
    /pace/…         an audio frame every 40 ms, stamped, from the setup on; each connection at a phase of its own

The stamp is ``time.monotonic_ns()`` in the first eight bytes of the sound: one clock for all processes of a machine.
The first line on stdout is the address; it serves until its stdin ends, so that it cannot outlive whoever started it.
Where the system allows, peer and measured process are kept on different cores: schedulers that save power like to put
two half-busy processes on one, and then each would be measured waiting for the other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from subprocess import PIPE

import trio

ROOT = Path(__file__).parents[1]
FRAME_SECONDS = 0.040
AUDIO_BYTES = 1920
"""40 ms of PCM16 at 24 kHz."""
STAMP_BYTES = 8

_STAMPED_BYTES = 9  # the stamp and one byte more: a whole number of base64's groups of three
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_BINARY, _CLOSE = 0x82, 0x88
_SHORT, _LONGER, _MASK = 126, 127, 4
_BACKLOG = 512


def frame(payload: bytes, kind: int = _BINARY) -> bytes:
    """A WebSocket frame of a server."""
    if len(payload) < _SHORT:
        return bytes((kind, len(payload))) + payload
    return bytes((kind, _SHORT)) + len(payload).to_bytes(2) + payload


def audio_frame() -> tuple[bytes, bytes]:
    """A frame with 40 ms of sound, indented as Google AI sends it: what stands before the stamp, and what after it."""
    sound = base64.b64encode(random.Random(0).randbytes(AUDIO_BYTES)).decode()  # noqa: S311  # noise, no secret
    blob = {"mimeType": "audio/pcm;rate=24000", "data": sound}
    message = {"serverContent": {"modelTurn": {"parts": [{"inlineData": blob}]}}}
    whole = frame(json.dumps(message, indent=2).encode() + b"\n")
    start = whole.index(sound.encode())
    return whole[:start], whole[start + _STAMPED_BYTES * 4 // 3 :]


SETUP_COMPLETE = frame(b'{\n  "setupComplete": {}\n}\n')
HEAD, TAIL = audio_frame()


def stamped() -> bytes:
    """An audio frame that says when it was sent: now."""
    stamp = time.monotonic_ns().to_bytes(STAMP_BYTES, "little")
    return HEAD + base64.b64encode(stamp.ljust(_STAMPED_BYTES, b"\0")) + TAIL


def age_ms(sound: bytes) -> float:
    """How long ago a stamped frame was sent."""
    return (time.monotonic_ns() - int.from_bytes(sound[:STAMP_BYTES], "little")) / 1e6


class Headers:
    """Finds the frames in what a client sends; their payloads are passed over."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> list[int]:
        """The first byte of every frame that is complete now."""
        self._buffer += data
        kinds = []
        while len(self._buffer) > 1:
            length, start = self._buffer[1] & 127, 2
            if length >= _SHORT:
                start = 4 if length == _SHORT else 10
                length = int.from_bytes(self._buffer[2:start])
            end = start + _MASK + length
            if len(self._buffer) < end:
                break
            kinds.append(self._buffer[0])
            self._buffer = self._buffer[end:]
        return kinds


class Peer:
    """Serves connections, one after another numbered for their phases."""

    def __init__(self) -> None:
        self._phases = random.Random(1)  # noqa: S311  # the same phases in every run
        self._bursts: dict[str, bytes] = {}

    async def serve(self, stream: trio.SocketStream) -> None:
        """One connection, to its end."""
        async with stream:
            try:
                await self._converse(stream)
            except* trio.BrokenResourceError:
                pass  # hung up on; the benchmark knows

    async def _converse(self, stream: trio.SocketStream) -> None:
        plan = await shake_hands(stream)
        headers = Headers()
        while not headers.feed(await stream.receive_some()):
            pass
        await stream.send_all(SETUP_COMPLETE)
        burst = self._burst(plan) if plan.startswith("burst") else b""
        async with trio.open_nursery() as nursery:
            if plan == "pace":
                nursery.start_soon(self._pace, stream)
            while data := await stream.receive_some():
                kinds = headers.feed(data)
                if _CLOSE in kinds:
                    break
                if burst and kinds:
                    await stream.send_all(burst)
            nursery.cancel_scope.cancel()
        await stream.send_all(frame((1000).to_bytes(2), _CLOSE))

    def _burst(self, plan: str) -> bytes:
        if plan not in self._bursts:
            self._bursts[plan] = stamped() * int(plan.removeprefix("burst-"))
        return self._bursts[plan]

    async def _pace(self, stream: trio.SocketStream) -> None:
        due = trio.current_time() + FRAME_SECONDS * (1 + self._phases.random())
        while True:
            await trio.sleep_until(due)
            await stream.send_all(stamped())
            due += FRAME_SECONDS


async def shake_hands(stream: trio.SocketStream) -> str:
    """Accept the upgrade; returns the first part of the path."""
    head = b""
    while b"\r\n\r\n" not in head:
        head += await stream.receive_some() or b"\r\n\r\n"
    path, *lines = head.decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    digest = hashlib.sha1(fields["sec-websocket-key"].encode() + _GUID).digest()  # noqa: S324  # what RFC 6455 asks for
    answer = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(digest) + b"\r\n\r\n"
    )
    await stream.send_all(answer)
    return path.split("/")[1]


@asynccontextmanager
async def open_peer() -> AsyncGenerator[str, None]:
    """A peer while the block lasts; yields its ``ws://`` address, to which a plan is added."""
    command = [sys.executable, "-m", "benchmarks.peer", *part_cores()]
    async with trio.open_nursery() as nursery:
        start = partial(trio.run_process, command, cwd=ROOT, stdin=PIPE, stdout=PIPE)
        process: trio.Process = await nursery.start(start)
        assert process.stdin is not None
        assert process.stdout is not None
        address = b""
        while not address.endswith(b"\n"):
            piece = await process.stdout.receive_some()
            assert piece, "the peer did not start"
            address += piece
        try:
            yield address.decode().strip()
        finally:
            await process.stdin.aclose()


def part_cores() -> list[str]:
    """Keep this process, and those it starts, on one core; returns the core for the peer, if there is another."""
    if sys.platform != "linux":
        return []
    ours, *others = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {ours})
    return [str(core) for core in others[-1:]]


async def serve_until_stdin_ends() -> None:
    """Serve, on a port the system chooses."""
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1", backlog=_BACKLOG)
    print(f"ws://127.0.0.1:{listeners[0].socket.getsockname()[1]}", flush=True)
    async with trio.open_nursery() as nursery, trio.lowlevel.FdStream(os.dup(0)) as stdin:
        nursery.start_soon(trio.serve_listeners, Peer().serve, listeners)
        while await stdin.receive_some():
            pass
        nursery.cancel_scope.cancel()


def main(cores: list[str]) -> None:
    """The process."""
    if sys.platform == "linux" and cores:
        os.sched_setaffinity(0, map(int, cores))
    trio.run(serve_until_stdin_ends)


if __name__ == "__main__":
    main(sys.argv[1:])
