"""Two transports joined in memory: a session on one end, a test or the emulator on the other.

Nothing here takes time, so with a mock clock an hour of talk costs milliseconds. Frames in flight survive a close,
as they do on a socket: the other end reads what was sent before, then learns the code.
"""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import trio

from trio_live.errors import LinkLost
from trio_live.transport._abc import Dialer, Frames, Transport

NORMAL_CLOSURE = 1000
ABNORMAL_CLOSURE = 1006


class MemoryTransport:
    """One end of a pair; make both with `memory_transport_pair`.

    Args:
        outgoing: takes the frames that this end sends.
        incoming: gives the frames of the other end.
    """

    def __init__(
        self,
        outgoing: trio.MemorySendChannel[bytes | str],
        incoming: trio.MemoryReceiveChannel[bytes | str],
    ) -> None:
        self._outgoing = outgoing
        self._incoming = incoming
        self._peer: MemoryTransport | None = None
        self._fate: LinkLost | None = None
        self.sent: list[bytes | str] = []
        """Every frame this end has sent, in order."""

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`. Waits while the other end has not read ``capacity`` frames."""
        await trio.lowlevel.checkpoint()
        for frame in frames:
            if self._fate is not None:
                raise self._lost()
            try:
                await self._put(frame)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                raise self._lost() from None
            self.sent.append(frame)

    async def _put(self, frame: bytes | str) -> None:
        try:
            self._outgoing.send_nowait(frame)
        except trio.WouldBlock:
            await self._outgoing.send(frame)

    def send_now(self, frame: bytes | str) -> bool:
        """See `SendsNow.send_now`. False while the other end has not read ``capacity`` frames."""
        if self._fate is not None:
            raise self._lost()
        try:
            self._outgoing.send_nowait(frame)
        except trio.WouldBlock:
            return False
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            raise self._lost() from None
        self.sent.append(frame)
        return True

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        try:
            frames = [await self._incoming.receive()]
        except (trio.EndOfChannel, trio.ClosedResourceError):
            raise self._lost() from None
        while True:
            try:
                frames.append(self._incoming.receive_nowait())
            except (trio.WouldBlock, trio.EndOfChannel, trio.ClosedResourceError):
                return frames

    async def aclose(self) -> None:
        """See `Transport.aclose`."""
        self.close(NORMAL_CLOSURE)
        await trio.lowlevel.checkpoint()

    def close(self, code: int, reason: str = "") -> None:
        """End the connection as a peer's close frame with this code and reason would."""
        self._end(LinkLost(NORMAL_CLOSURE, "closed by this side"), LinkLost(code, reason))

    def cut(self) -> None:
        """End the connection without a close frame, as a broken network does."""
        broken = LinkLost(ABNORMAL_CLOSURE, "the connection was cut")
        self._end(broken, broken)

    def _end(self, ours: LinkLost, theirs: LinkLost) -> None:
        """The first end decides; a fate is never changed."""
        self._fate = self._fate or ours
        self._incoming.close()
        self._outgoing.close()
        if self._peer is not None:
            self._peer._fate = self._peer._fate or theirs  # noqa: SLF001  # the other end of one pair

    def _lost(self) -> LinkLost:
        fate = self._fate or LinkLost(ABNORMAL_CLOSURE, "the other end is gone")
        return LinkLost(fate.code, fate.reason)


def memory_transport_pair(*, capacity: float = math.inf) -> tuple[MemoryTransport, MemoryTransport]:
    """Two joined ends: what one sends, the other receives.

    Args:
        capacity: frames that may wait unread in each direction before a send waits.
    """
    to_right, from_left = trio.open_memory_channel[bytes | str](capacity)
    to_left, from_right = trio.open_memory_channel[bytes | str](capacity)
    left, right = MemoryTransport(to_right, from_right), MemoryTransport(to_left, from_left)
    left._peer, right._peer = right, left  # noqa: SLF001
    return left, right


def dial_transport(transport: Transport) -> Dialer:
    """A dialer that hands out one transport that is already connected; dialling again finds it used."""

    @asynccontextmanager
    async def dial() -> AsyncGenerator[Transport, None]:
        try:
            yield transport
        finally:
            with trio.CancelScope(shield=True), trio.move_on_after(1):
                await transport.aclose()

    return dial
