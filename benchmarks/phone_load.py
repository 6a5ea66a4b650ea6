"""A hundred telephone calls in one process: ``python -m benchmarks.phone_load [--calls N] [--seconds S] [--dialect NAME]``.

::

    phones (this process, bare sockets) ◀──▶ a server of calls (measured) ◀──▶ the peer of the benchmarks: a model that talks

Each phone sends a frame each 20 ms, as a provider does, plays what it is sent in real time, and answers marks when their time has
come. A gap is a silence in which a phone has played everything and gets more afterwards: what the caller hears. The model talks
without an end and a little faster than it is played. What the phones and the model do costs as little as it can, and they have
other cores than the server where there are any, but on a small machine they take it from the server all the same.
"""

from __future__ import annotations

import argparse
import base64
import heapq
import json
import os
import random
import resource
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import attrs
import trio

from benchmarks.processes import ROOT
from benchmarks.report import machine
from benchmarks.script import SHORT
from trio_live import Live
from trio_live.instruments import tuned_collector
from trio_live.phone import AUDIOSOCKET, DIALECTS, TWILIO, Dialect, PhoneCall, PhoneStatistics, open_phone_server

FRAME = 0.020
PACE_MS = 36
"""The model sends 40 ms so often: a tenth faster than it is played."""
STARTS = 0.02
"""Seconds between the beginnings of two calls."""
SETTLES = 3.0
"""Seconds after the last beginning that do not count."""
GAP = 0.040
CONNECTS_WITHIN = 30.0
STREAM = "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
_MEDIA, _MARK = b'{"event": "media"', b'{"event": "mark"'
_REQUEST = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def masked(message: object) -> bytes:
    """A client's frame with a text; its key changes nothing."""
    data = json.dumps(message).encode()
    head = bytes((0x81, 0x80 | len(data))) if len(data) < SHORT else b"\x81\xfe" + len(data).to_bytes(2, "big")
    return head + bytes(4) + data


def _noise(length: int) -> bytes:
    return random.Random(3).randbytes(length)  # noqa: S311  # noise, no secret


TWILIO_START = masked(
    {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": STREAM,
        "start": {
            "streamSid": STREAM,
            "accountSid": "AC",
            "callSid": "CA",
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {},
        },
    }
)
TWILIO_SOUND = masked(
    {
        "event": "media",
        "sequenceNumber": "4",
        "media": {
            "track": "inbound",
            "chunk": "2",
            "timestamp": "5",
            "payload": base64.b64encode(bytes(0x70 + each % 16 for each in _noise(160))).decode(),
        },
        "streamSid": STREAM,
    }
)
AUDIOSOCKET_START = b"\x01\x00\x10" + bytes(16)
AUDIOSOCKET_SOUND = b"\x10\x01\x40" + bytes(320)


@attrs.define
class Heard:
    """What all phones heard while it counted."""

    frames: int = 0
    gaps: list[float] = attrs.field(factory=list)
    lag: list[float] = attrs.field(factory=list)
    """How late the phones themselves were: seconds behind their own clocks."""


@attrs.define(eq=False)
class Phone:
    """One phone on a bare socket."""

    sock: socket.socket
    dialect: Dialect
    into: Heard
    holds: float
    """A telephone's own buffer, where the provider has none."""
    unread: bytes = b""
    is_open: bool = False
    counts: bool = False
    ends_at: float = 0.0
    marks: list[tuple[float, bytes]] = attrs.field(factory=list)

    def read(self, now: float) -> None:
        """Take what has come."""
        try:
            data = self.sock.recv(1 << 17)
        except BlockingIOError:
            return
        assert data, "the server hung up"
        self.unread += data
        if not self.is_open:
            head, found, rest = self.unread.partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head, head
            self.is_open, self.unread = True, rest
            self.sock.send(TWILIO_START)
        for message in self._twilio() if self.dialect is TWILIO else self._audiosocket():
            if message is None or message.startswith(_MEDIA):
                self._play(now)
            elif message.startswith(_MARK):
                name = json.loads(message)["mark"]["name"]
                echo = {"event": "mark", "sequenceNumber": "9", "streamSid": STREAM, "mark": {"name": name}}
                self.marks.append((max(now, self.ends_at), masked(echo)))

    def _twilio(self) -> Iterator[bytes]:
        at, data = 0, self.unread
        while len(data) - at > 3:
            length, start = data[at + 1], at + 2
            if length == SHORT:
                length, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            if start + length > len(data):
                break
            yield data[start : start + length]
            at = start + length
        self.unread = data[at:]

    def _audiosocket(self) -> Iterator[None]:
        size = len(AUDIOSOCKET_SOUND)
        whole = len(self.unread) // size
        self.unread = self.unread[whole * size :]
        yield from [None] * whole

    def _play(self, now: float) -> None:
        if self.counts:
            self.into.frames += 1
            if self.ends_at and now > self.ends_at:
                self.into.gaps.append(now - self.ends_at)
        if now > self.ends_at:
            self.ends_at = now + self.holds
        self.ends_at += FRAME

    def speak(self, now: float) -> None:
        """A frame of the caller, and the marks whose time has come."""
        if not self.is_open:
            return
        data = TWILIO_SOUND if self.dialect is TWILIO else AUDIOSOCKET_SOUND
        while self.marks and self.marks[0][0] <= now:
            data += self.marks.pop(0)[1]
        self.sock.send(data)


def hold_calls(
    address: tuple[str, int], dialect: Dialect, calls: int, seconds: float, begun: Callable[[], None]
) -> Heard:
    """Call so many times, and listen for so long."""
    heard, watched, phones = Heard(), selectors.DefaultSelector(), list[Phone]()
    timers: list[tuple[float, int, Phone]] = []
    numbers, phases = count(), random.Random(1)  # noqa: S311
    starts = time.monotonic()
    end = starts + calls * STARTS + SETTLES + seconds
    counting = False
    while (now := time.monotonic()) < end:
        if len(phones) < calls and now >= starts + len(phones) * STARTS:
            phone = Phone(socket.create_connection(address), dialect, heard, 0.06 if dialect is AUDIOSOCKET else 0.0)
            phone.sock.setblocking(False)
            phone.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            phone.is_open = dialect is AUDIOSOCKET
            phone.sock.send(AUDIOSOCKET_START if phone.is_open else _REQUEST)
            watched.register(phone.sock, selectors.EVENT_READ, phone)
            phones.append(phone)
            heapq.heappush(timers, (now + FRAME * phases.random(), next(numbers), phone))
        if not counting and now >= end - seconds:
            counting = True
            begun()
            for phone in phones:
                phone.counts = True
        timeout = (
            min(timers[0][0] if timers else now, starts + len(phones) * STARTS if len(phones) < calls else end) - now
        )
        for key, _ in watched.select(max(0.0, timeout)):
            key.data.read(time.monotonic())
        now = time.monotonic()
        while timers and timers[0][0] <= now:
            due, number, phone = timers[0]
            if counting:
                heard.lag.append(now - due)
            phone.speak(now)
            heapq.heapreplace(timers, (due + FRAME, number, phone))
    for phone in phones:
        phone.sock.close()
    return heard


@contextmanager
def started(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process of ours, and its first line; it ends with its stdin."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30)


async def serve(model: str, dialect: Dialect) -> None:
    """What is measured. Told ``mark`` on stdin it begins to count its CPU; at the end of stdin it prints what it has."""
    live = Live.builder().model("gemini-3.8-live")
    calls: list[PhoneCall] = []

    async def answer(call: PhoneCall) -> None:
        calls.append(call)
        async with call.equip(live).connect_google_ai("key", base_url=model) as session:
            await call.talk(session)

    async with open_phone_server(answer, dialect) as server:
        print(server.port, flush=True)
        cpu, at = time.process_time(), time.monotonic()
        async for line in trio.wrap_file(sys.stdin):
            if line.strip() == "mark":
                cpu, at = time.process_time(), time.monotonic()
        used = (time.process_time() - cpu) / (time.monotonic() - at)
        seen: list[PhoneStatistics] = [call.statistics for call in calls]
        told = {
            "cores used by the server": round(used, 2),
            "resident, MiB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
            "frames heard": sum(each.frames_heard for each in seen),
            "frames sent": sum(each.frames_sent for each in seen),
            "gaps by its own accounts": sum(each.gaps for each in seen),
            "longest of them, ms": round(1000 * max(each.longest_gap for each in seen)),
        }
        print(json.dumps(told), flush=True)


def share(values: list[float], part: float) -> float:
    """A percentile in milliseconds; 0 of nothing."""
    return 1000 * sorted(values)[min(len(values) - 1, int(part * len(values)))] if values else 0.0


def main() -> None:
    """The command."""
    names = {dialect.name.lower(): dialect for dialect in DIALECTS if dialect in (TWILIO, AUDIOSOCKET)}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.phone_load", description="Many calls in one process.")
    parser.add_argument("--calls", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--dialect", choices=names, default="twilio")
    parser.add_argument("--serve", metavar="MODEL", help=argparse.SUPPRESS)
    given = parser.parse_args()
    dialect = names[given.dialect]
    if given.serve:
        with tuned_collector():
            trio.run(serve, given.serve, dialect)
        return
    print(", ".join(f"{name} {value}" for name, value in machine().items()), flush=True)
    with started("benchmarks.peer") as (_, port):
        model = f"ws://127.0.0.1:{port}/pace-{PACE_MS}"
        own = ("benchmarks.phone_load", "--dialect", given.dialect, "--serve", model)
        with started(*own) as (server, address):
            assert server.stdin is not None
            assert server.stdout is not None

            def begun() -> None:
                print("mark", file=server.stdin, flush=True)

            heard = hold_calls(("127.0.0.1", int(address)), dialect, given.calls, given.seconds, begun)
            server.stdin.close()
            told = json.loads(server.stdout.readline())
    figures = {
        "calls": given.calls,
        "seconds": given.seconds,
        "frames that the phones got": heard.frames,
        "of them expected": round(given.calls * given.seconds / FRAME),
        "gaps": len(heard.gaps),
        "gaps over 40 ms": sum(gap > GAP for gap in heard.gaps),
        "longest gap, ms": round(share(heard.gaps, 1)),
        "phones late p50 / p99 / max, ms": " / ".join(f"{share(heard.lag, part):.1f}" for part in (0.5, 0.99, 1)),
        **told,
        "load after it": ", ".join(f"{each:.1f}" for each in os.getloadavg()),
    }
    for name, figure in figures.items():
        print(f"{name}: {figure}")


if __name__ == "__main__":
    main()
