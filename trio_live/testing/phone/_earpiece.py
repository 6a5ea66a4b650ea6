"""What a caller hears: sound that is played in its time, after what came before it, and thrown away when that is asked for.

Pure; every method takes the instant at which it happens.
"""

from __future__ import annotations

import math
from collections import deque
from typing import NamedTuple

from trio_live._typing import Seconds
from trio_live.phone import AudioFormat
from trio_live.phone._internal import Hearing


class Heard(NamedTuple):
    """A piece of sound, and when it is played."""

    begins: Seconds
    ends: Seconds
    payload: bytes


class Earpiece:
    """Plays what it is sent.

    Args:
        format: of the sound.
        holds: so much is held back before it is played, as a buffer does.
    """

    def __init__(self, format: AudioFormat, holds: Seconds = 0.0) -> None:  # noqa: A002
        self._format = format
        self._holds = holds
        self._pieces: list[Heard] = []
        self._marks: deque[tuple[Seconds, str]] = deque()
        self.ends_at: Seconds = -math.inf
        """When everything that has come will have been played."""
        self.pauses: list[tuple[Seconds, Seconds]] = []
        """Silence between two pieces: when it began, and how long it was."""

    def play(self, payload: bytes, now: Seconds) -> None:
        """Sound has come."""
        begins = self.ends_at
        if begins <= now:
            if self._pieces and now > begins:
                self.pauses.append((begins, now - begins))
            begins = now + (self._holds if not self._pieces or now - begins > self._holds else 0.0)
        self.ends_at = begins + self._format.seconds_of(payload)
        self._pieces.append(Heard(begins, self.ends_at, payload))

    def mark(self, name: str, now: Seconds) -> None:
        """A mark stands behind what has come so far."""
        self._marks.append((max(self.ends_at, now), name))

    def due(self, now: Seconds) -> list[str]:
        """The marks whose time has come."""
        found = []
        while self._marks and self._marks[0][0] <= now:
            found.append(self._marks.popleft()[1])
        return found

    @property
    def next_mark_at(self) -> Seconds:
        """When the next mark's time comes."""
        return self._marks[0][0] if self._marks else math.inf

    def clear(self, now: Seconds) -> list[str]:
        """Throw away what was not played. Returns the marks that stood in it."""
        while self._pieces and self._pieces[-1].begins >= now:
            self._pieces.pop()
        if self._pieces and self._pieces[-1].ends > now:
            begins, _, payload = self._pieces[-1]
            width = self._format.coding.width
            played = round((now - begins) * self._format.rate) * width
            self._pieces[-1] = Heard(begins, now, payload[:played])
        self.ends_at = min(self.ends_at, now)
        marks = [name for _, name in self._marks]
        self._marks.clear()
        return marks

    def heard(self, now: Seconds) -> Seconds:
        """How much was played."""
        return sum(min(piece.ends, now) - piece.begins for piece in self._pieces if piece.begins < now)

    def is_speaking(self, now: Seconds) -> bool:
        """Whether something is being played."""
        return now < self.ends_at

    def pcm(self, now: Seconds) -> bytes:
        """Everything that was played, without the silence between: PCM16 LE mono 16 kHz."""
        return Hearing(self._format).hear(b"".join(each.payload for each in self._pieces if each.ends <= now))
