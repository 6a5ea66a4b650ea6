"""One telephone line in use: the tasks that listen to the phone and speak into it.

::

    phone ──frames──▶ listen ──PCM16 16 kHz──▶ send_audio
                        │ keys ▶ dtmf_received   marks ▶ playback_progress
    phone ◀──frames── speak ◀── Playout ◀──PCM16 24 kHz── on_audio
                        ▲ clear ◀────────────────────── on_interrupted

Nothing that the session calls waits for the phone: an interruption throws away what waits here, and leaves a ``clear`` in
front of everything that is to be sent.
"""

from __future__ import annotations

import enum
import math
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, Protocol

import attrs
import trio

from trio_live._tasks import cancel
from trio_live._typing import Seconds
from trio_live.errors import LinkLost, SessionClosed
from trio_live.phone._dialects import (
    Dialect,
    Frame,
    Hearing,
    NotADialect,
    Order,
    Paused,
    PhoneEvent,
    PhoneProtocol,
    Played,
    Pressed,
    Resumed,
    Sound,
    Started,
    Stopped,
)
from trio_live.phone._playout import Mark, Playout
from trio_live.transport import Transport

SILENT_FOR: Final[Seconds] = 30.0
"""A phone sends sound all the time. One that has sent nothing for so long is not there any more."""
WRITE_WITHIN: Final[Seconds] = 10.0
"""So long a phone may take nothing of what it is sent."""
LAST_WORDS: Final[Seconds] = 1.0
"""So long the last words of a phone may take that cannot be reached any more."""
KEPT: Final[Seconds] = 2.0
"""So much is kept of what the caller says before the session is there; the oldest is dropped, and counted."""
GRID: Final[Seconds] = 0.02
"""Calls send at common instants: a hundred tasks that wake together cost the loop one look at its sockets."""
LISTENS_EVERY: Final[Seconds] = 0.04
"""In a busy process a caller is listened to at common instants, too: two frames at once cost half as much as one and another."""
_JUST_MISSED: Final[Seconds] = 0.005
_GOODBYES: Final = (1000, 1001, 1005)
"""Codes with which a WebSocket is closed in order."""


class HungUp(enum.Enum):
    """Who ended a call."""

    CALLER = "the caller hung up"
    US = "this side hung up"
    SESSION = "the session is over"
    LOST = "the connection to the phone was lost"
    REFUSED = "the phone said what no phone says"


class Talks(Protocol):
    """What a line needs of a session; `LiveHandle` has it."""

    async def send_audio(self, data: bytes, /) -> None:
        """Sound of the user."""

    def dtmf_received(self, digit: str, /) -> None:
        """A key."""

    def playback_progress(self, played_ms: float, /) -> None:
        """So much was played."""

    async def playback_drained(self) -> None:
        """Everything was played."""


@attrs.define
class Counts:
    """What happened on a line."""

    heard: int = 0
    clears: int = 0
    dropped: Seconds = 0.0


class PhoneLine:
    """One line in use.

    Args:
        dialect: that it speaks.
        connection: that carries it; whoever made it closes it.
        protocol: of this call.
        started: how it began.
        is_busy: whether the process has so many calls that sound is to be put together.
    """

    def __init__(
        self,
        dialect: Dialect,
        connection: Transport,
        protocol: PhoneProtocol,
        started: Started,
        *,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        sends = dialect.sends or started.format
        frame = sends.seconds_of(bytes(started.frame_bytes or sends.frame_bytes))
        self.playout = Playout(sends, dialect.lead, frame, has_marks=protocol.mark("0:0") is not None)
        self.order = Order()
        self.counts = Counts()
        self.hung_up: HungUp | None = None
        self.why: str | None = None
        self.over = trio.Event()
        self._dialect = dialect
        self._connection = connection
        self._protocol = protocol
        self._is_busy = is_busy
        self._format = started.format
        self._hearing = Hearing(started.format)
        self._session: Talks | None = None
        self._early: deque[bytes] = deque()
        self._early_bytes = 0
        self._urgent: list[Frame] = []
        self._wake = trio.Event()
        self._sleeps_until: Seconds = -math.inf
        self._drained = trio.Event()
        self._listens_since = self._speaks_since = math.inf
        """Since when a task waits for the phone."""

    def end(self, who: HungUp, why: str | None = None) -> None:
        """The call is over; the first one who says so did it."""
        if self.hung_up is None:
            self.hung_up, self.why = who, why
            self.over.set()

    async def serve(self, events: Sequence[PhoneEvent]) -> None:
        """Listen and speak, until the call is over.

        Args:
            events: what the phone has said along with its start.

        Cancellation: nothing is heard or said any more.
        """
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._speak_on)
            nursery.start_soon(self._listen, events)
            nursery.start_soon(self._watch, lambda: self._listens_since, SILENT_FOR, "nothing came")
            nursery.start_soon(self._watch, lambda: self._speaks_since, WRITE_WITHIN, "the phone took nothing")
            await self.over.wait()
            cancel(nursery.cancel_scope, "the call is over")

    # -- the session's side -------------------------------------------------------------------------------------

    async def join(self, session: Talks) -> None:
        """Let caller and session hear each other, until the call is over.

        Cancellation: they are parted.
        """
        self._session = session
        try:
            with suppress(SessionClosed):
                while True:
                    await self._drained.wait()
                    self._drained = trio.Event()
                    await session.playback_drained()
            await self.over.wait()
        finally:
            self._session = None

    def speak(self, pcm: bytes) -> None:
        """Sound of the model."""
        self.playout.push(pcm, trio.current_time())
        if self.playout.next_at() < self._sleeps_until:
            self._wake.set()

    def interrupt(self) -> None:
        """The model was interrupted."""
        if self.playout.flush():
            self._urgent += self._protocol.clear()
            self.counts.clears += 1
        self._wake.set()

    # -- the phone's side ---------------------------------------------------------------------------------------

    async def _speak_on(self) -> None:
        try:
            while True:
                await self._send_due()
                self._report()
                if not self._urgent:
                    await self._sleep()
        except LinkLost as lost:
            await trio.sleep(LAST_WORDS)  # what the phone said before that is heard first
            self.end(HungUp.LOST, str(lost))

    async def _send_due(self) -> None:
        frames, self._urgent = self._urgent, []
        frames += self._coded(self.playout.due(trio.current_time()))
        if not frames:
            return
        self._speaks_since = trio.current_time()
        await self._connection.send(frames)
        self._speaks_since = math.inf

    def _coded(self, due: Sequence[bytes | Mark]) -> list[Frame]:
        frames: list[Frame] = []
        together: list[bytes] = []
        for each in (*due, None):
            if together and (not isinstance(each, bytes) or len(together) == self._dialect.frames_a_message):
                frames.append(self._protocol.sound(b"".join(together)))
                together.clear()
            if isinstance(each, bytes):
                together.append(each)
            elif each is not None:
                mark = self._protocol.mark(each.name)
                frames += () if mark is None else (mark,)
        return frames

    def _report(self) -> None:
        now = trio.current_time()
        played = self.playout.progress(now)
        if played is not None and self._session is not None:
            self._session.playback_progress(played * 1000)
        if self.playout.is_drained(now):
            self._drained.set()

    async def _sleep(self) -> None:
        until = self.playout.next_at()
        if trio.current_time() < until < math.inf:
            until = _on_the_grid(until, GRID)
        self._wake, self._sleeps_until = trio.Event(), until
        with trio.move_on_at(until):
            await self._wake.wait()
        self._sleeps_until = -math.inf

    async def _listen(self, events: Sequence[PhoneEvent]) -> None:
        try:
            await self._take(events)
            while True:
                self._listens_since = trio.current_time()
                frames = await self._connection.receive()
                self._listens_since = math.inf
                await self._take([event for frame in frames for event in self._protocol.receive(frame)])
                if self._is_busy():
                    await trio.sleep_until(_on_the_grid(trio.current_time() + _JUST_MISSED, LISTENS_EVERY))
        except LinkLost as lost:
            self.end(HungUp.CALLER if lost.code in _GOODBYES else HungUp.LOST, str(lost))
        except NotADialect as problem:
            self.end(HungUp.REFUSED, str(problem))

    async def _watch(self, since: Callable[[], Seconds], limit: Seconds, words: str) -> None:
        """End the call when one of its tasks has waited for the phone too long.

        A deadline of its own for each frame would cost as much as the frame.
        """
        while (now := trio.current_time()) < since() + limit:  # noqa: ASYNC110  # it is a deadline that moves
            await trio.sleep_until(min(since(), now) + limit)
        self.end(HungUp.LOST, f"{words} for {limit:g} s")

    async def _take(self, events: Sequence[PhoneEvent]) -> None:
        """What one read has brought. Its sound is put together."""
        sound = b"".join(piece for event in events if isinstance(event, Sound) for piece in self._in_order(event))
        if sound:
            await self._hear(sound)
        for event in events:
            match event:
                case Pressed(digit) if self._session is not None:
                    with suppress(SessionClosed):
                        self._session.dtmf_received(digit)
                case Played(mark):
                    if self.playout.played_to(mark):
                        self._wake.set()  # whoever speaks reports it
                case Paused():
                    self.playout.is_paused = True
                case Resumed():
                    self.playout.is_paused = False
                    self._wake.set()
                case Stopped(reason):
                    self.end(HungUp.CALLER, reason)
                case Started():
                    raise NotADialect("a second start: a connection is one call")

    def _in_order(self, event: Sound) -> Sequence[bytes]:
        self.counts.heard += 1
        return (event.payload,) if event.order is None else self.order.take(event.order, event.payload)

    async def _hear(self, sound: bytes) -> None:
        session = self._session
        if session is None:
            self._keep(sound)
            return
        if self._early:
            sound = b"".join((*self._early, sound))
            self._early.clear()
            self._early_bytes = 0
        with suppress(SessionClosed):  # whoever holds the session learns it, and ends the call
            await session.send_audio(self._hearing.hear(sound))

    def _keep(self, sound: bytes) -> None:
        self._early.append(sound)
        self._early_bytes += len(sound)
        width = self._format.coding.width
        excess = self._early_bytes - round(KEPT * self._format.rate) * width
        while excess > 0:
            piece = self._early.popleft()
            dropped, kept = piece[:excess], piece[excess:]
            if kept:
                self._early.appendleft(kept)
            excess -= len(dropped)
            self._early_bytes -= len(dropped)
            self.counts.dropped += self._format.seconds_of(dropped)


def _on_the_grid(instant: Seconds, width: Seconds) -> Seconds:
    """The first common instant that is not before another one."""
    return math.ceil(instant / width) * width
