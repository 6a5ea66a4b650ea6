"""`ScriptedPhone`: a telephone for tests, the other side of each dialect, with a caller who says what the test says."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.errors import LinkLost
from trio_live.phone import Dialect
from trio_live.phone._internal import FRAME_SECONDS, Connection, Frame, Speaking
from trio_live.testing.phone._earpiece import Earpiece
from trio_live.testing.phone._far_sides import Clear, FarSide, HangUp, Mark, Play

CALLER_RATE: Final = 16_000


class ScriptedPhone:
    """A telephone in a call; made by `open_phone` and `open_phone_over_socket`.

    It sends a frame each 20 ms, silence while nothing is said, plays what it is sent in real time, and answers marks as its
    dialect does.
    """

    def __init__(self, dialect: Dialect, side: FarSide, connection: Connection) -> None:
        self.dialect = dialect
        self.cleared_at: list[Seconds] = []
        """When it was told to throw away what waited, by Trio's clock."""
        self.sent: list[Frame] = []
        """The first frames that it has sent: those of the start, and whatever is not sound."""
        self.received = 0
        """Frames that it has got."""
        self.speech_sent_at: list[Seconds] = []
        """When the first frame of each `say` was handed to the connection."""
        self.ended: LinkLost | None = None
        """How the connection ended, once it has."""
        self._side = side
        self._connection = connection
        self._ear = Earpiece(dialect.sends or side.format, side.holds)
        self._says: deque[bytes] = deque()
        self._voice = Speaking(side.format, CALLER_RATE)
        silence = side.format.coding.silence
        self._silence = silence * (side.format.frame_bytes // len(silence))
        self._spoke = trio.Event()
        self._begins = False
        self._changed = trio.lowlevel.ParkingLot()
        self._over = trio.Event()

    # -- what the caller does -----------------------------------------------------------------------------------

    async def say(self, pcm: bytes) -> None:
        """Say something, in real time; returns when it is said.

        Args:
            pcm: PCM16 LE mono 16 kHz.

        Cancellation: what was not said yet is still said.
        """
        coded = self._voice.speak(pcm)
        size = self._side.format.frame_bytes
        frames = [coded[at : at + size] for at in range(0, len(coded), size)]
        silence = self._silence
        self._says += (frame + silence[len(frame) :] for frame in frames)
        self._begins, self._spoke = True, trio.Event()
        await self._spoke.wait()

    async def press(self, digit: str) -> None:
        """Press a key; the digit is ``0`` to ``9``, ``*``, ``#``, or ``A`` to ``D``.

        Cancellation: it may have been pressed.
        """
        await self._send(self._side.press(digit))

    async def send(self, frame: Frame) -> None:
        """Send any frame at all.

        Raises:
            LinkLost: the connection is over.

        Cancellation: it may have been sent.
        """
        await self._connection.send((frame,))

    async def hang_up(self) -> None:
        """Hang up as the dialect does it, and close the connection.

        Cancellation: the connection is closed all the same.
        """
        with suppress(LinkLost):
            for frame in self._side.stop():
                await self._send(frame)
        await self._connection.aclose()
        self._end(LinkLost(1000, "the caller hung up"))

    # -- what the caller hears ----------------------------------------------------------------------------------

    @property
    def heard(self) -> Seconds:
        """How much was played to the caller."""
        return self._ear.heard(trio.current_time())

    @property
    def heard_pcm(self) -> bytes:
        """What was played, without the silence between: PCM16 LE mono 16 kHz."""
        return self._ear.pcm(trio.current_time())

    @property
    def is_playing(self) -> bool:
        """Whether the caller hears something."""
        return self._ear.is_speaking(trio.current_time())

    @property
    def pauses(self) -> list[tuple[Seconds, Seconds]]:
        """Silence between pieces of sound: when each began, and how long it was."""
        return list(self._ear.pauses)

    async def wait_heard(self, seconds: Seconds) -> None:
        """Wait until so much was played to the caller, since the beginning.

        Raises:
            LinkLost: the call ended before.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while (missing := seconds - self.heard) > 1e-9:  # noqa: PLR2004  # of a second: a rounding
            if self._over.is_set() and not self.is_playing:
                raise self.ended or LinkLost(1006)
            if self.is_playing:
                await trio.sleep(min(missing, max(FRAME_SECONDS, self._ear.ends_at - trio.current_time())))
            else:
                await self._changed.park()

    async def wait_silent(self) -> None:
        """Wait until everything that came was played.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self.is_playing:  # noqa: ASYNC110  # more may have come
            await trio.sleep_until(self._ear.ends_at)

    async def wait_cleared(self, times: int = 1) -> None:
        """Wait until it was told to throw away what waited, so many times since the beginning.

        Raises:
            LinkLost: the call ended before.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while len(self.cleared_at) < times:
            if self._over.is_set():
                raise self.ended or LinkLost(1006)
            await self._changed.park()

    async def wait_hung_up(self) -> None:
        """Wait until the call is over.

        Cancellation: harmless.
        """
        await self._over.wait()

    # -- its tasks ----------------------------------------------------------------------------------------------

    async def run(self, call_id: str, parameters: Mapping[str, str], nursery: trio.Nursery) -> None:
        """Begin the call, and leave the tasks in a nursery. For those who make it.

        Args:
            call_id: the name of the call, as the provider would give it.
            parameters: what else the start of the call says, by name.
            nursery: gets the tasks.
        """
        for frame in self._side.start(call_id, parameters):
            await self._send(frame)
        nursery.start_soon(self._guarded, self._speak)
        nursery.start_soon(self._guarded, self._listen)
        nursery.start_soon(self._guarded, self._answer_marks)

    async def _guarded(self, task: Callable[[], object]) -> None:
        try:
            await task()  # type: ignore[misc]
        except LinkLost as lost:
            self._end(lost)

    def _end(self, lost: LinkLost) -> None:
        if self.ended is None:
            self.ended = lost
            self._over.set()
            self._changed.unpark_all()

    async def _send(self, frame: Frame) -> None:
        self.sent.append(frame)
        await self._connection.send((frame,))

    async def _speak(self) -> None:
        """A frame each 20 ms, by the clock and not by the length of each sleep."""
        due = trio.current_time()
        while True:
            if self._says and self._begins:
                self._begins = False
                self.speech_sent_at.append(trio.current_time())
            frame = self._says.popleft() if self._says else self._silence
            await self._connection.send((self._side.media(frame),))
            if not self._says:
                self._spoke.set()
            due += FRAME_SECONDS
            await trio.sleep_until(due)

    async def _listen(self) -> None:
        while True:
            for frame in await self._connection.receive():
                self.received += 1
                await self._obey(frame, trio.current_time())
            self._changed.unpark_all()

    async def _obey(self, frame: Frame, now: Seconds) -> None:
        for order in self._side.orders(frame):
            match order:
                case Play(payload):
                    self._ear.play(payload, now)
                case Mark(name):
                    self._ear.mark(name, now)
                case Clear():
                    self.cleared_at.append(now)
                    marks = self._ear.clear(now)
                    for name in marks if self._side.echoes_marks else ():
                        await self._tell_played(name)
                case HangUp():
                    self._end(LinkLost(1000, "the other end hung up"))
                    await self._connection.aclose()

    async def _answer_marks(self) -> None:
        while True:
            for name in self._ear.due(trio.current_time()):
                await self._tell_played(name)
            at = self._ear.next_mark_at
            if at == math.inf:
                await self._changed.park()
            else:
                await trio.sleep_until(at)

    async def _tell_played(self, name: str) -> None:
        for frame in self._side.played(name):
            await self._send(frame)
