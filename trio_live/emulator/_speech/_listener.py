"""What one client says, made into words while it is being said.

::

    take ──▶ recent ─(begin)─▶ spoken ──▶ run: a worker thread, piece by piece ──▶ told
                                  ▲                                     │
                               (end) ──── nothing more comes ───────────┘

Everything but `SpeechListener.run` is synchronous and never waits: sound is put down, and the one task takes what lies
there. So a slow recogniser gets longer pieces instead of a longer queue, and what waits is bounded by the longest utterance
that is recognised at all (`LIMITS`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

import attrs
import trio

from trio_live._typing import Seconds
from trio_live.audio import Resampler
from trio_live.emulator._engines import RECOGNISED_RATE, Expected, Recogniser, Recognition, Utterance
from trio_live.emulator._service import LIMITS
from trio_live.emulator._speech._recognition_service import RecognitionService

LEAD_SECONDS: Final[Seconds] = 0.5
"""So much of the sound before speech was noticed belongs to it: a detector needs up to 0.2 s, and begins softly."""


class Told(Protocol):
    """Who is told what was made out."""

    def guessed(self, recognition: Recognition) -> None:
        """This was said so far; what comes may change it."""
        ...

    def recognised(self, recognition: Recognition, *, ended_at: float) -> None:
        """This is what was said in an utterance that ended at that instant."""
        ...


@attrs.define(eq=False)
class _Spoken:
    """One utterance, from its beginning until it was recognised."""

    rate: int
    expected: Expected
    waiting: bytearray
    taken: int = 0
    """Bytes that were put down so far."""
    ended_at: float | None = None
    is_wanted: bool = True
    utterance: Utterance | None = None
    resampler: Resampler | None = None

    def put(self, pcm: bytes) -> bool:
        """Put sound down; tells whether this was the first for which there was no room."""
        most = 2 * self.rate * LIMITS["spoken"].most
        was_full = self.taken > most
        self.waiting += pcm[: max(0, most - self.taken)]
        self.taken += len(pcm)
        return self.taken > most and not was_full

    def hear(self, recogniser: Recogniser, pcm: bytes, *, is_last: bool) -> Recognition:
        """What a thread does with a piece."""
        if self.utterance is None or self.resampler is None:
            self.utterance = recogniser.begin(self.expected)
            self.resampler = Resampler(self.rate, RECOGNISED_RATE)
        self.utterance.take(self.resampler.process(pcm) + (self.resampler.finish() if is_last else b""))
        return self.utterance.finish() if is_last else self.utterance.guess()


class SpeechListener:
    """Listens to one client.

    Args:
        recognition: the recogniser, and the threads it works in.
        expected: what can be said just now.
        told: who is told.
        note: writes a line into the log.
    """

    def __init__(
        self,
        recognition: RecognitionService,
        expected: Callable[[], Expected],
        told: Told,
        note: Callable[[str], None],
    ) -> None:
        self._recognition = recognition
        self._expected = expected
        self._told = told
        self._note = note
        self._recent = bytearray()
        self._rate = RECOGNISED_RATE
        self._open: _Spoken | None = None
        self._spoken: deque[_Spoken] = deque()
        self._changed = trio.lowlevel.ParkingLot()

    @property
    def is_busy(self) -> bool:
        """Whether something that was said, or is being said, is not recognised yet."""
        return bool(self._spoken)

    def take(self, pcm: bytes, rate: int) -> None:
        """Take the next piece of the stream, speech or not: PCM16, mono, at so many samples per second."""
        if rate != self._rate:
            self.end(trio.current_time())
            self._rate, self._recent = rate, bytearray()
        if self._open is None:
            self._recent += pcm
            del self._recent[: max(0, len(self._recent) - 2 * round(LEAD_SECONDS * rate))]
        elif self._open.put(pcm):
            self._note(f"somebody speaks for more than {LIMITS['spoken'].most} s: the rest of it is not recognised")
        self._changed.unpark_all()

    def begin(self) -> None:
        """Speech begins; a little of what was taken before belongs to it."""
        if self._open is not None:
            return
        if len(self._spoken) >= LIMITS["utterances"].most:
            self._note("too many utterances wait to be recognised: this one is passed over")
            return
        self._open = _Spoken(self._rate, self._expected(), self._recent, taken=len(self._recent))
        self._recent = bytearray()
        self._spoken.append(self._open)

    def end(self, at: float) -> None:
        """Speech ends."""
        if self._open is not None:
            self._open.ended_at, self._open = at, None
            self._changed.unpark_all()

    def drop(self) -> None:
        """What is being said is not wanted."""
        if self._open is not None:
            self._open.is_wanted = False
            self.end(trio.current_time())

    async def run(self) -> None:
        """Recognise what is taken, until cancelled.

        Cancellation: comes through when the thread is done with its piece.
        """
        while True:
            while not self._spoken or not self._is_enough(self._spoken[0]):
                await self._changed.park()
            spoken = self._spoken[0]
            pcm, spoken.waiting = bytes(spoken.waiting), bytearray()
            ended_at = spoken.ended_at
            work = partial(spoken.hear, pcm=pcm, is_last=ended_at is not None)
            heard = await self._recognition.workers.run(work)
            if ended_at is not None:
                self._spoken.popleft()
            if not spoken.is_wanted:
                continue
            if ended_at is None:
                self._told.guessed(heard)
            else:
                self._told.recognised(heard, ended_at=ended_at)

    def _is_enough(self, spoken: _Spoken) -> bool:
        return (
            spoken.ended_at is not None
            or len(spoken.waiting) >= 2 * spoken.rate * self._recognition.engine.step_seconds
        )
