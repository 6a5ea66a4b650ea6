"""The two ends of a device: a microphone whose sound waits for Trio, and speakers that a driver's thread empties.

::

    driver's thread                        Trio
    ───────────────                        ────
    Microphone.push ──bounded, drops──▶ Microphone.receive ──▶ session.send_audio
                      the oldest
    Speakers.pull ◀──jitter buffer──── Speakers.play ◀── on_audio
                                        Speakers.flush ◀── on_interrupted

A driver calls from its own thread at its own pace and must never wait, so neither method does: a lock is held for
microseconds, and Trio is woken by its token. A device without a driver calls the same two methods from a task.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.audio._meter import LevelMeter
from trio_live.audio._resampler import Resampler
from trio_live.voice import JitterBuffer, JitterConfig, JitterState
from trio_live.wire import AUDIO_OUTPUT_RATE

INPUT_RATE: Final = 16_000
"""What a session is sent."""
FRAME: Final[Seconds] = 0.02
"""The piece in which sound is taken and given."""
MICROPHONE_FRAMES: Final = 50
"""So many pieces of a microphone wait at most, a second; the oldest are dropped and counted."""
LONGEST_ANSWER: Final[Seconds] = 600.0
"""So much sound waits in speakers at most: a model sends an answer faster than it is played."""


class _Waker:
    """Wakes whoever waits, from any thread."""

    def __init__(self) -> None:
        self._token = trio.lowlevel.current_trio_token()
        self._lot = trio.lowlevel.ParkingLot()

    def wake(self) -> None:
        self._token.run_sync_soon(self._lot.unpark_all, idempotent=True)

    async def wait(self) -> None:
        await self._lot.park()


class Microphone:
    """The sound of a microphone, on its way to a session. Made inside of a Trio task.

    Args:
        rate: samples per second that the driver gives.

    Raises:
        ConfigError: another rate than 16 kHz, and no soxr.
    """

    def __init__(self, rate: int = INPUT_RATE) -> None:
        self.rate = rate
        self.dropped = 0
        """Pieces that nobody took in time."""
        self.meter = LevelMeter()
        """How loud it is."""
        self._resampler = Resampler(rate, INPUT_RATE)
        self._waiting: deque[bytes] = deque()
        self._lock = Lock()
        self._waker = _Waker()

    def push(self, pcm: bytes) -> None:
        """A piece of sound, PCM16 mono; never waits. For the driver."""
        with self._lock:
            if len(self._waiting) == MICROPHONE_FRAMES:
                self._waiting.popleft()
                self.dropped += 1
            self._waiting.append(pcm)
        self._waker.wake()

    async def receive(self) -> bytes:
        """The next piece: PCM16 mono 16 kHz, ready for `LiveHandle.send_audio`.

        Cancellation: nothing is lost; the piece waits.
        """
        await trio.lowlevel.checkpoint()
        while True:
            piece = self._take()
            if piece is None:
                await self._waker.wait()
                continue
            self.meter.hear(piece)
            sound = self._resampler.process(piece)
            if sound:
                return sound
            await trio.lowlevel.checkpoint()

    def _take(self) -> bytes | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting else None


class Speakers:
    """The model's sound, on its way to ears. Made inside of a Trio task.

    Args:
        rate: samples per second that the driver takes.
        latency: seconds from the driver to the ears, as it says.
        min_depth: seconds that are there before anything is played.

    Raises:
        ConfigError: another rate than 24 kHz, and no soxr.
    """

    def __init__(self, rate: int = AUDIO_OUTPUT_RATE, *, latency: Seconds = 0.0, min_depth: Seconds = 0.2) -> None:
        self.rate = rate
        self.latency = latency
        self._resampler = Resampler(AUDIO_OUTPUT_RATE, rate)
        self._buffer = JitterBuffer(
            JitterConfig(sample_rate=rate, min_depth=int(min_depth * rate), max_depth=int(LONGEST_ANSWER * rate))
        )
        self._lock = Lock()
        self._waker = _Waker()
        self._played = 0
        self._starved = 0
        self.flushed: Seconds = 0.0
        """Sound that was thrown away, because somebody spoke over it."""
        self.pieces = 0
        """How often something came."""

    def play(self, pcm: bytes) -> None:
        """Sound of the model, PCM16 mono 24 kHz: meant for ``on_audio``."""
        sound = self._resampler.process(pcm)
        now = trio.current_time()
        with self._lock:
            was_quiet = not self._buffer.depth
            self._buffer.push(sound, now)
            self._starved = 0
            self.pieces += 1
        if was_quiet:
            self._waker.wake()

    def flush(self) -> Seconds:
        """Throw away what was not played, and count what is played from 0 again. Returns the seconds thrown away."""
        with self._lock:
            thrown = self._buffer.flush() / self.rate
            self._played = 0
            self._resampler.reset()
        self.flushed += thrown
        self._waker.wake()
        return thrown

    async def interrupted(self) -> None:
        """`flush`, meant for ``on_interrupted``."""
        self.flush()
        await trio.lowlevel.checkpoint()

    def pull(self, samples: int) -> bytes:
        """So many samples to play, sound or silence; never waits. For the driver."""
        with self._lock:
            buffer = self._buffer
            if buffer.state is not JitterState.PLAYING and buffer.depth:
                self._starved += samples
                if self._starved >= buffer.config.min_depth:  # nothing has come for so long: it was all of it
                    buffer.end()
            pcm, real = buffer.pull(samples)
            self._played += real
            has_ended = bool(real) and not buffer.depth
        if has_ended:
            self._waker.wake()
        return pcm

    @property
    def played(self) -> Seconds:
        """How much has reached the ears since the last `flush`, or since the beginning."""
        with self._lock:
            return max(0.0, self._played / self.rate - (self.latency if self._buffer.depth else 0.0))

    @property
    def waiting(self) -> Seconds:
        """How much is still to be played."""
        with self._lock:
            return self._buffer.depth / self.rate

    @property
    def underruns(self) -> int:
        """How often there was nothing to play in the middle of something."""
        return self._buffer.underruns

    async def wait_playing(self) -> None:
        """Wait until there is something to play.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while not self.waiting:
            await self._waker.wait()

    async def wait_quiet(self) -> None:
        """Wait until everything was played or thrown away.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self.waiting:
            await self._waker.wait()
