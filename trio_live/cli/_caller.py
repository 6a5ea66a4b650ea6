"""The caller of the demo: a recorded voice behind a microphone that is always on.

The recordings were made with a speech synthesiser; ``docs/how-to/demo.md`` says which, and how to make others.
"""

from __future__ import annotations

import wave
from importlib import resources

import attrs
import trio

from trio_live import LiveHandle
from trio_live._typing import Seconds

RATE = 16_000
FRAME: Seconds = 0.02
_FRAME_BYTES = int(RATE * FRAME) * 2


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
    Line("goodbye.wav", "That's all, thank you. Goodbye.", 5),
)
"""What the caller says. The fourth line answers a reminder: after "one moment" the desk asks again by itself."""


def read_recording(name: str) -> bytes:
    """The sound of a recording that ships with the package: PCM16 LE mono 16 kHz."""
    file = resources.files("trio_live.cli").joinpath("calls", name)
    with file.open("rb") as raw, wave.open(raw) as recording:
        pcm: bytes = recording.readframes(recording.getnframes())
        return pcm


class Microphone:
    """Sends 20 ms of sound every 20 ms, silence when nobody speaks, ``scale`` times as fast as real time."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._waiting = bytearray()
        self._said = trio.Event()
        self.spoken = bytearray()
        """All that was sent."""

    async def say(self, pcm: bytes) -> None:
        """Speak, and wait until it has been said."""
        self._waiting += pcm
        self._said = trio.Event()
        await self._said.wait()

    async def run(self, session: LiveHandle) -> None:
        """Send until cancelled or the session is over."""
        next_frame = trio.current_time()
        while True:
            frame = bytes(self._waiting[:_FRAME_BYTES]).ljust(_FRAME_BYTES, b"\0")
            del self._waiting[:_FRAME_BYTES]
            await session.send_audio(frame)
            self.spoken += frame
            if not self._waiting:
                self._said.set()
            next_frame += FRAME / self._scale
            await trio.sleep_until(next_frame)
