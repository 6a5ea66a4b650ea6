"""A `Line` as a stream of Trio's, for a library that wants one: one way to TCP and to TLS below both carriers."""

from __future__ import annotations

import trio

from trio_live.transport._answer import Answer
from trio_live.transport._line import Line


class LineStream(trio.abc.Stream):
    """A stream over a line. What a cancelled write did not get rid of is still written, by `Line.carry`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._receive = Answer(line).receive

    def has_opened(self) -> None:
        """The upgrade is over: what follows is not an answer to it."""
        self._receive = self._line.receive

    async def receive_some(self, max_bytes: int | None = None) -> bytes:  # noqa: ARG002  # one read is the line's to cut
        """Bytes from the wire; the empty string at its end."""
        return await self._receive()

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all of it."""
        await trio.lowlevel.checkpoint()
        self._line.write(bytes(data))
        await self._line.drain()

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until a write might go through."""
        await trio.lowlevel.checkpoint()
        await self._line.drain()

    async def aclose(self) -> None:
        """Close."""
        self._line.close()
        await trio.lowlevel.checkpoint()
