"""A connection whose frames are recorded in passing."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final

import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.errors import LinkLost
from trio_live.recording._entries import WireDirection, close_payload
from trio_live.recording._recorders import WireRecorder
from trio_live.transport import Dialer, Frames, Transport
from trio_live.transport._internal import Discreet, SendsNow

logger = logging.getLogger("trio_live.recording")

FLUSH_EVERY: Final[Seconds] = 1.0
"""So much of a talk is lost at most when the process is killed."""

NORMAL: Final = 1000
CLOSED_BY_US: Final = "closed by this side"
"""The words of an end that nobody else asked for."""


def recorded(dial: Dialer, safe: SafeRecorder) -> Dialer:
    """A dialler whose connections are recorded, one after the other.

    Args:
        dial: opens a connection.
        safe: keeps its frames.
    """

    @asynccontextmanager
    async def dial_recorded() -> AsyncGenerator[Transport, None]:
        async with dial() as transport, open_service_nursery("the connection is over") as nursery:
            nursery.start_soon(safe.keep_flushing)
            try:
                if isinstance(transport, SendsNow):
                    yield _RecordingNow(transport, safe, transport.send_now)
                else:
                    yield _Recording(transport, safe)
            finally:
                safe.flush()

    return dial_recorded


class SafeRecorder:
    """A recorder that never fails the session.

    Args:
        recorder: keeps the frames.
        clock: seconds since the epoch.
    """

    def __init__(self, recorder: WireRecorder, clock: Callable[[], Seconds]) -> None:
        self._record = recorder.record
        self._flush = recorder.flush
        self._clock = clock
        self._failed = False
        self.sent: Callable[[str], None] | None = None
        """Told of every frame that goes out, once it is kept."""

    def record(self, direction: WireDirection, frames: Iterable[bytes | str]) -> None:
        """Keep frames of this instant."""
        now = self._clock()
        try:
            for frame in frames:
                self._record(direction, frame.encode(errors="replace") if isinstance(frame, str) else frame, now)
                if self.sent is not None and direction is WireDirection.OUT:
                    self.sent(frame if isinstance(frame, str) else frame.decode(errors="replace"))
        except Exception as problem:  # noqa: BLE001  # of a user's recorder, too: a call does not end because of it
            self._fail(problem)

    def flush(self) -> None:
        """See `WireRecorder.flush`."""
        try:
            self._flush()
        except Exception as problem:  # noqa: BLE001  # of a user's recorder, too: a call does not end because of it
            self._fail(problem)

    def _fail(self, problem: Exception) -> None:
        if not self._failed:
            self._failed = True
            logger.error("the wire recorder failed; further failures are not told", exc_info=problem)

    async def keep_flushing(self) -> None:
        """Flush now and then.

        Cancellation: what was not flushed waits.
        """
        while True:
            await trio.sleep(FLUSH_EVERY)
            self.flush()


class _Recording:
    """One connection."""

    def __init__(self, transport: Transport, recorder: SafeRecorder) -> None:
        self._transport = transport
        self._recorder = recorder
        self._is_over = False

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`. What is about to be written is recorded, also when that fails."""
        self._recorder.record(WireDirection.OUT, frames)
        await self._transport.send(frames)

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        try:
            frames = await self._transport.receive()
        except LinkLost as lost:
            reason = self.redacted(lost.reason)
            self._end(lost.code, reason)
            raise
        self._recorder.record(WireDirection.IN, frames)
        return frames

    async def aclose(self) -> None:
        """See `Transport.aclose`."""
        self._end(NORMAL, CLOSED_BY_US)
        await self._transport.aclose()

    def redacted(self, text: str) -> str:
        """See `Discreet.redacted`."""
        return self._transport.redacted(text) if isinstance(self._transport, Discreet) else text

    def _end(self, code: int, reason: str) -> None:
        if not self._is_over:
            self._is_over = True
            self._recorder.record(WireDirection.CLOSE, [close_payload(code, reason)])


class _RecordingNow(_Recording):
    """One connection that can also be written to without a wait."""

    def __init__(self, transport: Transport, recorder: SafeRecorder, send_now: Callable[[bytes | str], bool]) -> None:
        super().__init__(transport, recorder)
        self._send_now = send_now

    def send_now(self, frame: bytes | str) -> bool:
        """See `SendsNow.send_now`."""
        written = self._send_now(frame)
        if written:
            self._recorder.record(WireDirection.OUT, (frame,))
        return written
