"""The listener's side of a call: audio is played in real time, and what was not played yet can be dropped.

No loudspeaker is needed. "Played" is what a listener would have heard, silence included, so the recording it makes has
the length of the call and the interruption is where it was.
"""

from __future__ import annotations

import wave
from pathlib import Path

import trio

from trio_live._typing import Seconds
from trio_live.wire import AUDIO_OUTPUT_RATE

TICK: Seconds = 0.02
_TICK_BYTES = int(AUDIO_OUTPUT_RATE * TICK) * 2


class Speaker:
    """Plays one side of a call, ``scale`` times as fast as real time."""

    def __init__(self, scale: float) -> None:
        self._scale = scale
        self._queued = bytearray()
        self.heard = bytearray()
        """All that was played: PCM16 LE mono 24 kHz."""
        self.dropped_seconds: Seconds = 0.0
        """Speech that was generated, received, and never heard because the caller interrupted."""
        self._drained = trio.Event()
        self._drained.set()
        self._started = trio.Event()

    def play(self, pcm: bytes) -> None:
        """Queue audio; meant for ``on_audio``."""
        self._queued += pcm
        if self._drained.is_set():
            self._drained = trio.Event()
        self._started.set()

    def flush(self) -> Seconds:
        """Drop what was not played yet; meant for ``on_interrupted``. Returns the seconds dropped."""
        seconds = len(self._queued) / (2 * AUDIO_OUTPUT_RATE)
        self.dropped_seconds += seconds
        self._queued.clear()
        self._rest()
        return seconds

    def _rest(self) -> None:
        self._drained.set()
        if self._started.is_set():
            self._started = trio.Event()

    async def wait_playing(self) -> None:
        """Wait until there is something to play."""
        await self._started.wait()

    async def wait_quiet(self) -> None:
        """Wait until everything queued was played or dropped."""
        await self._drained.wait()

    async def run(self) -> None:
        """Play until cancelled."""
        next_tick = trio.current_time()
        while True:
            piece = bytes(self._queued[:_TICK_BYTES])
            del self._queued[:_TICK_BYTES]
            self.heard += piece.ljust(_TICK_BYTES, b"\0")
            if not self._queued:
                self._rest()
            next_tick += TICK / self._scale
            await trio.sleep_until(next_tick)

    def save(self, path: Path) -> None:
        """Write what was heard as a WAV file."""
        write_wav(path, bytes(self.heard), AUDIO_OUTPUT_RATE)


def write_wav(path: Path, pcm: bytes, rate: int) -> None:
    """A mono PCM16 WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
