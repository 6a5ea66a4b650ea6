"""The caller of the demo: a recorded voice in front of a microphone that is always on.

The recordings were made with a speech synthesiser; ``docs/how-to/demo.md`` says which, and how to make others.
"""

from __future__ import annotations

import wave
from importlib import resources

import attrs
import trio

from trio_live._typing import Seconds

RATE = 16_000


@attrs.frozen
class Line:
    """One thing the caller says."""

    recording: str
    text: str
    after_turns: int
    """Speak when so many turns are over and have been played; or, to interrupt, when the next one is being played."""
    interrupts_after: Seconds | None = None
    """Speak over the other side, this many seconds into its turn."""


LINES = (
    Line("hello.wav", "Hello, this is Maria Lopez. I'd like to book an appointment with Doctor Chen.", 0),
    Line("thursday.wav", "Do you have anything on Thursday afternoon?", 1),
    Line("one_moment.wav", "One moment, please.", 1, interrupts_after=4.0),
    Line("three_thirty.wav", "Yes, three thirty is perfect.", 4),
    Line("uh_huh.wav", "Uh-huh.", 4, interrupts_after=4.0),
    Line("goodbye.wav", "That's all, thank you. Goodbye.", 5),
)
"""What the caller says. The fourth line answers a reminder: after "one moment" the desk asks again by itself. Twice somebody
is spoken over: "one moment" is meant to interrupt, "uh-huh" is not."""


def read_recording(name: str) -> bytes:
    """The sound of a recording that ships with the package: PCM16 LE mono 16 kHz."""
    file = resources.files("trio_live.cli").joinpath("calls", name)
    with file.open("rb") as raw, wave.open(raw) as recording:
        pcm: bytes = recording.readframes(recording.getnframes())
        return pcm


class Caller:
    """Speaks into a microphone: what is said next, a piece at a time, and silence when nobody speaks."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._said = trio.Event()

    async def say(self, pcm: bytes) -> None:
        """Speak, and wait until it has been said."""
        self._waiting += pcm
        self._said = trio.Event()
        await self._said.wait()

    def source(self, samples: int) -> bytes:
        """So many samples of it, or fewer; what a device asks for."""
        piece = bytes(self._waiting[: 2 * samples])
        del self._waiting[: 2 * samples]
        if not self._waiting:
            self._said.set()
        return piece
