"""The detector: a backend's judgements in, edges out.

One state machine for every backend: `trio_live.voice._vad.TRANSITIONS`. It counts frames, and keeps those that a
caller may want who sends only speech.
"""

from __future__ import annotations

from collections import deque

from trio_live.voice._backend import VadBackend
from trio_live.voice._energy import EnergyBackend
from trio_live.voice._vad import TRANSITIONS, VadConfig, VadEvent, VadState


class VoiceActivityDetector:
    """Tells speech from silence, frame by frame.

    A caller that sends only speech also wants what came just before. At every moment `drain_pre_speech` followed by
    `drain_pending` is one uninterrupted piece of the input, and until the start is announced it ends with the newest
    frame; so sending both at the start, then every further frame, loses nothing.

    Args:
        config: thresholds and durations; those of `VadConfig` without one.
        backend: what judges the frames; by their energy without one.
    """

    __slots__ = (
        "_config",
        "_frames_processed",
        "_last_event_frame",
        "_last_probability",
        "_pending",
        "_pre_speech",
        "_run",
        "_state",
        "backend",
    )

    _state: VadState
    _run: int
    _frames_processed: int
    _last_event_frame: int | None
    _last_probability: float | None

    def __init__(self, config: VadConfig | None = None, backend: VadBackend | None = None) -> None:
        self._config = config or VadConfig()
        self.backend = backend or EnergyBackend(self._config)
        """What judges the frames."""
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
    def last_probability(self) -> float | None:
        """How much the last frame was like speech, 0.0 to 1.0; ``None`` before the first frame."""
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
        """Forget everything: state, what the backend has learned, kept frames and counts."""
        self.backend.reset()
        self._state = VadState.SILENCE
        self._run = 0
        self._frames_processed = 0
        self._last_event_frame = None
        self._last_probability = None
        self._pre_speech.clear()
        self._pending.clear()

    def process_frame(self, frame: bytes) -> VadEvent | None:
        """Judge one frame.

        Args:
            frame: PCM16. Normally as many samples as the backend's frames have.

        Returns:
            The edge that this frame completes, if it does.
        """
        heard, self._last_probability = self.backend.judge(frame, self._state)
        self._frames_processed += 1
        event = self._advance(heard=heard)
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
