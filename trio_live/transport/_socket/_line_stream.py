"""A `Line` as a stream of Trio's, for a library that wants one: one way to TCP and to TLS below both carriers."""

from __future__ import annotations

from typing import Final

import trio

from trio_live.transport._socket._answer import Answer
from trio_live.transport._socket._line import Line
from trio_live.transport._socket._read_ahead import ReadAhead

_GOODBYE: Final = 0x88
"""The first byte of a close frame. The library writes every frame by itself."""


class LineStream(trio.abc.Stream):
    """A stream over a line. What a cancelled write did not get rid of is still written, by `Line.carry`."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.ahead = ReadAhead()
        self.said_goodbye = False
        """Whether a close frame was written."""
        self._receive = Answer(line).receive

    def has_opened(self) -> None:
        """The upgrade is over: what follows is not an answer to it."""
        self._receive = self.line.receive

    async def receive_some(self, max_bytes: int | None = None) -> bytes:  # noqa: ARG002  # one read is the line's to cut
        """Bytes from the wire; the empty string at its end. Waits while too much was read ahead."""
        await self.ahead.wait_for_room()
        data = await self._receive()
        self.ahead.count(data)
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all of it."""
        await trio.lowlevel.checkpoint()
        self.said_goodbye = self.said_goodbye or data[:1] == bytes([_GOODBYE])
        self.line.write(bytes(data))
        await self.line.drain()

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until a write might go through."""
        await trio.lowlevel.checkpoint()
        await self.line.drain()

    async def aclose(self) -> None:
        """Close."""
        self.line.close()
        await trio.lowlevel.checkpoint()
