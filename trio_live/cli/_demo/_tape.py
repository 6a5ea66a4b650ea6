"""What was heard at the caller's end of the line, both voices in step, and what happened when."""

from __future__ import annotations

import sys
from array import array
from pathlib import Path

import attrs

from trio_live._typing import Seconds
from trio_live.audio import write_wav
from trio_live.wire import AUDIO_OUTPUT_RATE

SAID_RATE = 16_000


@attrs.define
class Span:
    """Something that lasted: from when until when, in seconds of the tape; ``ends`` is ``None`` while it does."""

    name: str
    begins: Seconds
    ends: Seconds | None = None


@attrs.frozen
class Mark:
    """Something that happened in a moment."""

    name: str
    at: Seconds


class Tape:
    """Records a call. Its clock is the sound: what is heard at the same time lies at the same place."""

    def __init__(self) -> None:
        self.said = bytearray()
        """What the caller said: PCM16 LE mono 16 kHz, silence included."""
        self.played = bytearray()
        """What the caller heard: PCM16 LE mono 24 kHz, silence included."""
        self.turns: list[Span] = []
        self.speech: list[Span] = []
        """When the session heard the caller speak."""
        self.tools: list[Span] = []
        self.marks: list[Mark] = []

    @property
    def now(self) -> Seconds:
        """How long the tape is."""
        return len(self.played) / (2 * AUDIO_OUTPUT_RATE)

    def record(self, said: bytes, played: bytes) -> None:
        """The next 20 ms of both sides."""
        self.said += said
        self.played += played

    def mark(self, name: str) -> None:
        """Something happens now."""
        self.marks.append(Mark(name, self.now))

    def begin(self, spans: list[Span], name: str) -> None:
        """Something begins now."""
        spans.append(Span(name, self.now))

    def end(self, spans: list[Span], name: str) -> None:
        """The first thing of this name that still lasts ends now; nothing, where there is none."""
        for span in spans:
            if span.name == name and span.ends is None:
                span.ends = self.now
                return

    def hear(self, *, speaking: bool) -> None:
        """Whether the caller is heard to speak now."""
        is_open = bool(self.speech) and self.speech[-1].ends is None
        if speaking and not is_open:
            self.begin(self.speech, "speech")
        elif is_open and not speaking:
            self.end(self.speech, "speech")

    def save(self, path: Path) -> None:
        """Write both sides into one WAV file: the caller left, the other side right."""
        write_wav(path, stereo(bytes(self.said), bytes(self.played)), AUDIO_OUTPUT_RATE, channels=2)


def stereo(said: bytes, played: bytes) -> bytes:
    """Two voices as two channels of 24 kHz; the shorter one is filled up with silence.

    Args:
        said: 16 kHz, for the left.
        played: 24 kHz, for the right.
    """
    left, right = raised(samples_of(said)), samples_of(played)
    length = max(len(left), len(right))
    both = array("h", bytes(4 * length))
    both[: 2 * len(left) : 2] = left
    both[1 : 2 * len(right) : 2] = right
    return _bytes(both)


def raised(samples: array[int]) -> array[int]:
    """16 kHz as 24 kHz: three samples on the line through two. It is for listening, and needs no library."""
    found = array("h", bytes(2 * (len(samples) // 2) * 3))
    even, odd = samples[: len(samples) // 2 * 2 : 2], samples[1::2]
    following = array("h", [*even[1:], *even[-1:]])
    found[::3] = even
    found[1::3] = array("h", [(a + 2 * b) // 3 for a, b in zip(even, odd, strict=True)])
    found[2::3] = array("h", [(2 * b + c) // 3 for b, c in zip(odd, following, strict=True)])
    return found


def samples_of(pcm: bytes) -> array[int]:
    """PCM16 LE as numbers."""
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _bytes(samples: array[int]) -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
