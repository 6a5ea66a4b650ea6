"""One frame on the wire, and the line that keeps it.

::

    {"seq":1,"dir":"out","ts_ms":1767323045678,"payload_b64":"eyJzZXR1cCI6e319"}

A line holds the frame as it went over the wire, so that what could not be read is kept as well. The end of a connection
is a line, too: its payload is the code and the words. So is what the program asks of its session, as JSON; see `_acts`.
Addresses and headers are never among it.
"""

from __future__ import annotations

import json
from binascii import a2b_base64
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import pybase64

from trio_live._typing import Seconds
from trio_live._values import value


class WireDirection(StrEnum):
    """Which way something went."""

    OUT = "out"
    """From this side to the server."""
    IN = "in"
    """From the server to this side."""
    CLOSE = "close"
    """The connection ended."""
    APP = "app"
    """From the program to its session: what it asked for. JSON, and on no wire."""


@value
class WireEntry:
    """One line of a recording."""

    seq: int
    """From 1, across all connections of a session."""
    direction: WireDirection
    ts_ms: int
    """Milliseconds since the epoch."""
    payload: bytes
    """The frame; of an end, what `close_payload` made; of what the program asked, JSON."""

    def to_line(self) -> bytes:
        """The line, with its end."""
        return lines_of(self.seq, [(self.direction, self.payload, self.ts_ms / 1000)])

    @property
    def json(self) -> Any:
        """The frame as JSON; ``None`` when it is none."""
        try:
            return json.loads(self.payload)
        except (ValueError, RecursionError):
            return None

    @property
    def close(self) -> tuple[int, str] | None:
        """The code and the words of an end; ``None`` for a frame."""
        if self.direction is not WireDirection.CLOSE:
            return None
        return close_of(self.payload)


def lines_of(first: int, frames: Iterable[tuple[WireDirection, bytes, Seconds]]) -> bytes:
    """The lines of some frames, each with its direction and the instant, numbered from ``first``."""
    encoded, arriving, leaving, asked = pybase64.b64encode, WireDirection.IN, WireDirection.OUT, WireDirection.APP
    pieces: list[bytes] = []
    for seq, (direction, payload, now) in enumerate(frames, first):
        way = "in" if direction is arriving else "out" if direction is leaving else None  # an enum is slow to be shown
        way = way or ("app" if direction is asked else "close")
        head = (
            f'{{"seq":{seq},"dir":"{way}","ts_ms":{int(1000 * now + 0.5)},"payload_b64":"'  # as text: bytes take longer
        )
        pieces += (head.encode(), encoded(payload), b'"}\n')
    return b"".join(pieces)


def from_line(line: bytes) -> WireEntry:
    """Read a line.

    Raises:
        ValueError: it is none.
    """
    found = json.loads(line)
    if not isinstance(found, dict):
        raise ValueError("it is no object")  # noqa: TRY004  # of the file's content, not of an argument
    seq, ts_ms, payload = (found.get(name) for name in ("seq", "ts_ms", "payload_b64"))
    if type(seq) is not int or type(ts_ms) is not int or not isinstance(payload, str):
        raise ValueError("seq, ts_ms or payload_b64 is missing, or of another kind")
    return WireEntry(seq, WireDirection(str(found.get("dir"))), ts_ms, a2b_base64(payload, strict_mode=True))


def close_of(payload: bytes) -> tuple[int, str]:
    """The code and the words that `close_payload` wrote."""
    code, _, reason = payload.decode(errors="replace").partition(" ")
    return (int(code) if code.isdigit() else 1006), reason


def close_payload(code: int, reason: str) -> bytes:
    """How the end of a connection is kept."""
    return f"{code} {reason}".encode()
