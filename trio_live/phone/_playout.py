"""The model's sound on its way to one telephone: cut into frames, sent in time, and counted when it was played. Pure.

A model sends an answer faster than it is played. The rest of it waits here, where an interruption can throw it away; only
`Dialect.lead` seconds of it are with the other side. What is due is a question of the clock::

    ◀──── played ────▶◀──── with the other side ────▶◀── waits here ──▶
                      now                            ahead_until

    due:  ahead_until <= now + lead, and a whole frame waits, or the end of what was said

Every 100 ms a mark goes along. It comes back when what was before it was played, which tells how much the caller has heard.
Its name says to which *epoch* it belongs, the sound between two interruptions: a mark of an earlier one is no news, for some
dialects send all marks back when they are told to clear. Where nobody answers marks, the clock must do.
"""

from __future__ import annotations

import math
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.phone._dialects import MODEL_SPEAKS, AudioFormat, Speaking
from trio_live.voice import JitterBuffer, JitterConfig, JitterState

FILL: Final[Seconds] = 0.06
"""So much is there before an answer begins, and so long is waited for more of it."""
TOGETHER: Final = 5
"""So many frames are waited for where the lead is much longer, and sent together: each time costs a task and a system call."""
TAIL: Final[Seconds] = 0.04
"""When the other side has no more than this, what is left of a frame is filled up with silence and sent."""
MARK_EVERY: Final[Seconds] = 0.1
LOST_MARK: Final[Seconds] = 2.0
"""A mark that did not come back so long after its time is not waited for."""
LONGEST_ANSWER: Final = 600
"""Seconds of sound that wait here at most; the oldest is dropped, and counted."""
_INSTANT: Final = 1e-6
_ROUNDED: Final = 0.001
"""Marks carry milliseconds."""


@attrs.frozen
class Mark:
    """A mark to send."""

    name: str


@attrs.define
class Gaps:
    """Silence in the middle of an answer, because a frame was sent too late."""

    number: int = 0
    longest: Seconds = 0.0


class Playout:
    """One call's sound for the caller. Every method takes the instant at which it happens.

    Args:
        format: as the phone takes it.
        lead: how far ahead of its time it is sent.
        frame: how long a frame lasts.
        has_marks: whether the other side answers marks.
    """

    def __init__(self, format: AudioFormat, lead: Seconds, frame: Seconds, *, has_marks: bool = True) -> None:  # noqa: A002
        self._together = TOGETHER * frame if lead >= 2 * TOGETHER * frame else 0.0
        self._speaking = Speaking(format)
        self._lead = lead
        self._frame = frame
        self._samples = round(MODEL_SPEAKS * frame)
        self._has_marks = has_marks
        self._buffer = JitterBuffer(
            JitterConfig(
                sample_rate=MODEL_SPEAKS,
                min_depth=round(FILL * MODEL_SPEAKS),
                max_depth=LONGEST_ANSWER * MODEL_SPEAKS,
            )
        )
        self.gaps = Gaps()
        self.frames = 0
        """That were sent."""
        self.epoch = 0
        self.is_paused = False
        """Whether the other side has no room."""
        self._pushed_at: Seconds = -math.inf
        self._ahead_until: Seconds = -math.inf
        self._is_ending = False
        self._in_answer = False
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._sent: Seconds = 0.0
        self._marked: Seconds = 0.0
        self._played: Seconds = 0.0
        self._told: Seconds = 0.0
        self._owes_end = False

    @property
    def waiting(self) -> Seconds:
        """What waits here."""
        return self._buffer.depth / MODEL_SPEAKS

    @property
    def dropped(self) -> int:
        """Samples of the model that were given up because too many waited."""
        return self._buffer.dropped

    # -- the model's side ---------------------------------------------------------------------------------------

    def push(self, pcm: bytes, now: Seconds) -> None:
        """Sound of the model, PCM16 LE mono 24 kHz."""
        if not self._buffer.depth and now > self._ahead_until:
            self._in_answer = False  # what was silent until now was the model
        self._buffer.push(pcm, now)
        self._pushed_at = now
        self._is_ending = False

    def flush(self) -> bool:
        """The model was interrupted: what waits is thrown away, and another epoch begins.

        Returns:
            Whether the other side may hold some of it, too.
        """
        was_sent = self._sent > 0
        self._buffer.flush()
        self._speaking.reset()
        self._ahead_until = -math.inf
        self._is_ending = self._in_answer = False
        self.epoch += 1
        self._begin_epoch()
        return was_sent

    # -- the phone's side ---------------------------------------------------------------------------------------

    def due(self, now: Seconds) -> list[bytes | Mark]:
        """Frames and marks that are to be sent now, in order."""
        found: list[bytes | Mark] = []
        if self.is_paused:
            return found
        if self._buffer.depth and now >= self._ends_at:
            self._buffer.end()
            self._is_ending = True
        while self._has_frame and self._ahead_until <= now + self._lead + _INSTANT:
            self._send_frame(found, now)
        return found

    @property
    def _has_frame(self) -> bool:
        buffer = self._buffer
        return buffer.state is JitterState.PLAYING and (buffer.depth >= self._samples or self._is_ending)

    def _send_frame(self, found: list[bytes | Mark], now: Seconds) -> None:
        pcm, real = self._buffer.pull(self._samples)
        found.append(self._speaking.speak(pcm))
        self.frames += 1
        if self._in_answer and now > self._ahead_until + _INSTANT:
            self.gaps.number += 1
            self.gaps.longest = max(self.gaps.longest, now - self._ahead_until)
        self._ahead_until = max(self._ahead_until, now) + self._frame
        self._sent += real / MODEL_SPEAKS
        self._owes_end = True
        self._in_answer = True
        is_last = not self._buffer.depth
        if is_last:
            self._is_ending = False
        if self._has_marks and (is_last or self._sent - self._marked >= MARK_EVERY - _INSTANT):
            self._marked = self._sent
            found.append(Mark(f"{self.epoch}:{round(self._sent * 1000)}"))

    @property
    def _ends_at(self) -> Seconds:
        """When less than a frame, or less than a beginning, is all that there is."""
        if self._has_frame:
            return math.inf
        return max(self._pushed_at + FILL, self._ahead_until - TAIL)

    def played_to(self, mark: str) -> bool:
        """A mark has come back. Tells whether that is news."""
        epoch, _, milliseconds = mark.partition(":")
        if epoch != str(self.epoch) or not (milliseconds.isascii() and milliseconds.isdigit()):
            return False
        played = min(int(milliseconds) / 1000, self._sent)
        is_news, self._played = played > self._played, max(played, self._played)
        return is_news

    def progress(self, now: Seconds) -> Seconds | None:
        """How much of the epoch was played, if there is something new to tell."""
        if not self._has_marks:
            played = self._sent - min(self._sent, max(0.0, self._ahead_until - now))
            if played >= self._told + MARK_EVERY - _INSTANT or played >= self._sent:
                self._played = played
        if self._played <= self._told:
            return None
        self._told = self._played
        return self._told

    def is_drained(self, now: Seconds) -> bool:
        """Whether everything was played, which is told once after each answer."""
        if not self._owes_end or self._buffer.depth or now < self._drained_at:
            return False
        self._owes_end = False
        return True

    @property
    def _drained_at(self) -> Seconds:
        if not self._has_marks:
            return self._ahead_until
        return -math.inf if self._played >= self._sent - _ROUNDED else self._ahead_until + LOST_MARK

    def next_at(self) -> Seconds:
        """When there is something to do again, if nothing happens before."""
        times = [math.inf]
        if self._buffer.depth and not self.is_paused:
            times.append(self._ahead_until - self._lead + self._together if self._has_frame else self._ends_at)
        if self._owes_end and not self._buffer.depth:
            times.append(self._drained_at)
        if not self._has_marks and self._told < self._sent:
            times.append(min(self._ahead_until, self._ahead_until - self._sent + self._told + MARK_EVERY))
        return min(times)
