"""The detector: frames in, edges out.

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
"""

from __future__ import annotations

from collections import deque
from typing import Final

from trio_live.voice._pcm import QUIETEST_DBFS, energy_dbfs, zero_crossing_rate
from trio_live.voice._vad import TRANSITIONS, VadConfig, VadEvent, VadState

SLOWEST_LEARNING: Final = 0.002
"""Weight of one more frame of silence after a long time: half of a change is learned in about ten seconds."""

PRIOR_FRAMES: Final = 2
"""How many frames of experience the initial noise floor stands for."""


class VoiceActivityDetector:
    """Tells speech from silence, frame by frame.

    A caller that sends only speech also wants what came just before. At every moment `drain_pre_speech` followed by
    `drain_pending` is one uninterrupted piece of the input, and until the start is announced it ends with the newest
    frame; so sending both at the start, then every further frame, loses nothing.
    """

    __slots__ = (
        "_config",
        "_frames_processed",
        "_last_event_frame",
        "_last_probability",
        "_noise_floor",
        "_pending",
        "_pre_speech",
        "_run",
        "_silence_frames",
        "_state",
    )

    _state: VadState
    _run: int
    _noise_floor: float
    _silence_frames: int
    _frames_processed: int
    _last_event_frame: int | None
    _last_probability: float | None

    def __init__(self, config: VadConfig | None = None) -> None:
        self._config = config or VadConfig()
        self._pre_speech: deque[bytes] = deque(maxlen=self._config.pre_speech_frames)
        self._pending: list[bytes] = []
        self.reset()

    @property
    def config(self) -> VadConfig:
        """The settings."""
        return self._config

    @property
    def state(self) -> VadState:
        """Where the detector stands."""
        return self._state

    @property
    def speaking(self) -> bool:
        """Whether the user counts as speaking."""
        return self._state.speaking

    @property
    def noise_floor_dbfs(self) -> float:
        """The loudness of the room as learned so far."""
        return self._noise_floor

    @property
    def last_probability(self) -> float | None:
        """1.0 if the last frame was loud and shaped like speech, else 0.0; ``None`` before the first frame."""
        return self._last_probability

    @property
    def frames_processed(self) -> int:
        """How many frames were judged since the start or the last `reset`."""
        return self._frames_processed

    @property
    def frames_since_event(self) -> int | None:
        """How many frames followed the one that caused the last edge; ``None`` if there was no edge."""
        return None if self._last_event_frame is None else self._frames_processed - self._last_event_frame

    def reset(self) -> None:
        """Forget everything: state, noise floor, kept frames and counts."""
        self._state = VadState.SILENCE
        self._run = 0
        self._noise_floor = self._config.initial_noise_floor_dbfs
        self._silence_frames = 0
        self._frames_processed = 0
        self._last_event_frame = None
        self._last_probability = None
        self._pre_speech.clear()
        self._pending.clear()

    def process_frame(self, frame: bytes) -> VadEvent | None:
        """Judge one frame.

        Args:
            frame: PCM16. Normally `VadConfig.frame_size` samples, but any number is judged.

        Returns:
            The edge that this frame completes, if it does.
        """
        config = self._config
        energy = energy_dbfs(frame)
        above = energy - self._noise_floor
        speech_like = above > config.start_threshold_db and (
            config.min_zero_crossing_rate <= zero_crossing_rate(frame) <= config.max_zero_crossing_rate
        )
        self._frames_processed += 1
        self._last_probability = 1.0 if speech_like else 0.0
        if self._state is VadState.SILENCE:
            self._learn_noise(energy)
        event = self._advance(heard=above > config.stop_threshold_db if self._state.speaking else speech_like)
        self._keep(frame, event)
        return event

    def drain_pre_speech(self) -> list[bytes]:
        """Take the frames from before the speech, oldest first. They are forgotten here."""
        frames = list(self._pre_speech)
        self._pre_speech.clear()
        return frames

    def drain_pending(self) -> list[bytes]:
        """Take the frames that raised the suspicion of speech, oldest first. They are forgotten here.

        When a start is announced these are its first `VadConfig.min_speech_frames` frames, the announcing one
        included; without them a caller that sends only speech would cut off its first 60 to 90 ms.
        """
        frames, self._pending = self._pending, []
        return frames

    def _advance(self, *, heard: bool) -> VadEvent | None:
        step = TRANSITIONS[self._state, heard]
        self._run = self._run + 1 if step.to is self._state else 1
        if step.limit is None or self._run < getattr(self._config, step.limit):
            self._state = step.to
            return None
        self._state = step.full
        self._last_event_frame = self._frames_processed
        return step.event

    def _keep(self, frame: bytes, event: VadEvent | None) -> None:
        if event is VadEvent.SPEECH_END:
            self._pre_speech.clear()
            self._pending.clear()
        elif event is VadEvent.SPEECH_START or self._state is VadState.PENDING_SPEECH:
            self._pending.append(frame)
        elif self._state is VadState.SILENCE:
            # A false alarm was silence after all, and belongs to what precedes the next speech.
            self._pre_speech.extend(self._pending)
            self._pending.clear()
            self._pre_speech.append(frame)

    def _learn_noise(self, energy: float) -> None:
        if energy <= QUIETEST_DBFS:
            return
        self._silence_frames += 1
        weight = max(SLOWEST_LEARNING, 1.0 / (self._silence_frames + PRIOR_FRAMES))
        room = min(max(energy, self._config.lowest_noise_floor_dbfs), self._config.highest_noise_floor_dbfs)
        self._noise_floor += weight * (room - self._noise_floor)
