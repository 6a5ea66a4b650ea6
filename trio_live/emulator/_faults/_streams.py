"""Streams under a WebSocket: one that gives back what was read too early, and one that can be made to misbehave."""

from __future__ import annotations

from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.emulator._service import LIMITS

_OPCODE: Final = 0x0F
_PONG: Final = 0x0A


class WireStream(trio.abc.Stream):
    """A connection's stream as the WebSocket library sees it.

    ::

        socket ──▶ what was peeked at, then the rest ──▶ library
        socket ◀── unless it is mute; pongs as late as wanted ◀── library

    The library writes each WebSocket frame with one `send_all`, which is how pongs are told from everything else.

    Args:
        stream: the real one.
        nursery: runs what sends late pongs.
        peeked: bytes that were read from it already.
    """

    def __init__(self, stream: trio.abc.Stream, nursery: trio.Nursery, peeked: bytes = b"") -> None:
        self._stream = stream
        self._nursery = nursery
        self._peeked = peeked
        self._sending = trio.Lock()
        self.pong_delay: Seconds = 0.0
        """How late pongs are."""
        self.is_mute = False
        """Whether nothing is sent any more, without anybody being told."""
        self.ended = trio.Event()
        """Set when the peer has hung up, or the library is done with the stream."""

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """What was peeked at, then bytes from the wire."""
        if self._peeked:
            await trio.lowlevel.checkpoint()
            peeked, self._peeked = self._peeked, b""
            return peeked
        try:
            data = await self._stream.receive_some(max_bytes)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            self.ended.set()
            raise
        if not data:
            self.ended.set()
        return data

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Write all of it; a pong perhaps later."""
        if self.pong_delay and len(data) > 0 and bytes(data[:1])[0] & _OPCODE == _PONG:
            self._nursery.start_soon(self._send_late, bytes(data), self.pong_delay)
            await trio.lowlevel.checkpoint()
        else:
            await self._send(data)

    async def _send_late(self, data: bytes, delay: Seconds) -> None:
        await trio.sleep(delay)
        try:
            await self._send(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return

    async def _send(self, data: bytes | bytearray | memoryview) -> None:
        if self.is_mute:
            await trio.lowlevel.checkpoint()
            return
        async with self._sending:
            try:
                with trio.fail_after(LIMITS["write"].most):
                    await self._stream.send_all(data)
            except trio.TooSlowError:
                await trio.aclose_forcefully(self._stream)  # half a frame is on its way, and nothing can follow it
                raise trio.BrokenResourceError("the client takes nothing") from None

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until a write might go through."""
        await self._stream.wait_send_all_might_not_block()

    async def aclose(self) -> None:
        """Close."""
        self.ended.set()
        await self._stream.aclose()
