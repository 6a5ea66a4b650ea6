"""The built-in judge: louder than the room, and shaped like speech.

The noise floor is what everything is measured against, so learning it well decides whether the detector is any
good. Strategy: a running mean that never becomes too slow. The n-th frame of silence counts ``1 / (n + 2)``, as if two
frames at the initial floor had been heard before the first, and never less than `SLOWEST_LEARNING`.

* The first frame moves the floor by a third. A room at -40 dBFS, 20 dB above the initial floor, thus lies within the
  start threshold from the second frame on and is not taken for speech; half a second later the floor is about 2 dB
  below it. Somebody who speaks from the very first sample is well above the threshold even so.
* After 500 frames (15 s) the weight stops shrinking, so that a room which grows louder in the third hour is still
  learned, as long as it does not count as speech at once.

Only silence teaches: the floor must not creep up under somebody who talks for a long time. And only a room teaches:
digital silence is a muted microphone or padding, so it leaves the floor and the count of frames alone. Otherwise a
second of zeros would bring the floor down so far that the bare noise of the room counted as speech from then on, for
ever.

There is one exception. A fan that is switched on counts as speech at once, and would count as speech for ever, since
nothing teaches while somebody speaks. But nobody speaks without a pause: within three seconds speech falls by far more
than a fan does. So what has been *steady* for so long, never `STEADY_WITHIN_DB` below its own mean, is the room after all.

A cheap sound card adds a constant to every sample. It is no sound, but its square counts as energy, and with it the
quieter half of the samples never crosses zero. So a slow mean of the samples is taken off before anything is measured.
"""

from __future__ import annotations

from collections import deque
from typing import ClassVar, Final

from trio_live.voice._backend import Judgement
from trio_live.voice._sound import QUIETEST_DBFS, Levels
from trio_live.voice._vad import INPUT_VAD, VadConfig, VadState

REFERENCE_RATE: Final = 16_000
"""Samples per second at which the zero crossings of `VadConfig` are meant. With more samples, fewer of them are crossings."""

SLOWEST_LEARNING: Final = 0.002
"""Weight of one more frame of silence after a long time: half of a change is learned in about ten seconds."""

PRIOR_FRAMES: Final = 2
"""How many frames of experience the initial noise floor stands for."""

STEADY_MS: Final = 3_000
"""So long must a sound be steady to be the room."""

STEADY_WITHIN_DB: Final = 8.0
"""So far below its mean may a steady sound fall. A fan stays within 1 dB, two dozen voices within 7; one falls by 15."""


class EnergyBackend:
    """Energy above an adaptive floor, and zero crossings.

    Args:
        config: the settings.
    """

    USUAL: ClassVar[VadConfig] = INPUT_VAD
    name: ClassVar[str] = "energy-zcr"

    __slots__ = ("_config", "_levels", "_noise_floor", "_per_sample", "_silence_frames", "_spoken")

    def __init__(self, config: VadConfig = INPUT_VAD) -> None:
        self._config = config
        self._per_sample = config.sample_rate / REFERENCE_RATE
        steady = STEADY_MS // config.frame_duration_ms if config.frame_duration_ms else 0
        self._spoken: deque[float] = deque(maxlen=steady)
        self.reset()

    def reset(self) -> None:
        """Forget everything: the noise floor, and what was steady."""
        self._levels = Levels()
        self._noise_floor = self._config.initial_noise_floor_dbfs
        self._silence_frames = 0
        self._spoken.clear()

    @property
    def sample_rate(self) -> int:
        """Samples per second."""
        return self._config.sample_rate

    @property
    def frame_size(self) -> int:
        """Samples in a frame."""
        return self._config.frame_size

    @property
    def noise_floor_dbfs(self) -> float:
        """The loudness of the room as learned so far."""
        return self._noise_floor

    def judge(self, frame: bytes, state: VadState) -> Judgement:
        """Judge a frame; the floor that counts is the one before it."""
        config = self._config
        energy, crossings = self._levels.measure(frame)
        rate = crossings * self._per_sample
        above = energy - self._noise_floor
        speech_like = above > config.start_threshold_db and (
            config.min_zero_crossing_rate <= rate <= config.max_zero_crossing_rate
        )
        if state.speaking:
            self._watch_steady(energy)
        else:
            self._spoken.clear()
            if state is VadState.SILENCE:
                self._learn_noise(energy)
        heard = above > config.stop_threshold_db if state.speaking else speech_like
        return Judgement(heard, 1.0 if speech_like else 0.0)

    def _learn_noise(self, energy: float) -> None:
        if energy <= QUIETEST_DBFS:
            return
        self._silence_frames += 1
        weight = max(SLOWEST_LEARNING, 1.0 / (self._silence_frames + PRIOR_FRAMES))
        room = min(max(energy, self._config.lowest_noise_floor_dbfs), self._config.highest_noise_floor_dbfs)
        self._noise_floor += weight * (room - self._noise_floor)

    def _watch_steady(self, energy: float) -> None:
        spoken = self._spoken
        spoken.append(energy)
        if len(spoken) == spoken.maxlen:
            mean = sum(spoken) / len(spoken)
            if mean - min(spoken) < STEADY_WITHIN_DB:
                self._noise_floor = max(self._noise_floor, mean)
            for _ in range(len(spoken) // 6):  # looked at twice a second, not at every frame
                spoken.popleft()
