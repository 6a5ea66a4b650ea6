"""The detector as a session uses it: bytes as they come, edges as they fall."""

from __future__ import annotations

import attrs

from trio_live.voice._backend import VadBackend
from trio_live.voice._detector import VoiceActivityDetector
from trio_live.voice._energy import EnergyBackend
from trio_live.voice._sound import BYTES_PER_SAMPLE, Pcm
from trio_live.voice._vad import INPUT_VAD, VadConfig, VadEvent, VadState


@attrs.frozen(kw_only=True)
class BackendVadSnapshot:
    """The detector at one moment, for displays and diagnosis."""

    backend: str
    """The name of the algorithm."""
    sample_rate: int
    """Samples per second of the input."""
    frame_duration_ms: int
    """Length of a frame."""
    frame_size: int
    """Samples in a frame."""
    state: VadState
    """``silence``, ``pending_speech``, ``speech`` or ``hangover``; compares equal to these strings."""
    speaking: bool
    """Whether the user counts as speaking."""
    last_probability: float | None
    """How much the last frame was like speech, 0.0 to 1.0; ``None`` before the first frame."""
    frames_processed: int
    """Whole frames judged so far."""
    last_transition_ms_ago: int | None
    """How much audio was judged since speech last started or ended; ``None`` if neither has happened.

    Milliseconds of audio, not of the clock: it stands still while no audio comes.
    """


class BackendInputVad:
    """Finds the edges of speech in PCM16 bytes cut anywhere, even within a sample.

    What does not fill a frame waits for the next bytes, so the edges depend only on the bytes, never on how they
    were cut.

    Args:
        config: the settings.
        backend: judges the frames; energy and zero crossings by these settings, if none is given.
    """

    __slots__ = ("_backend", "_detector", "_frame_bytes", "_rest")

    def __init__(self, config: VadConfig = INPUT_VAD, backend: VadBackend | None = None) -> None:
        self._backend = backend or EnergyBackend(config)
        self._detector = VoiceActivityDetector(config, self._backend)
        self._frame_bytes = self._backend.frame_size * BYTES_PER_SAMPLE
        self._rest = b""

    @property
    def config(self) -> VadConfig:
        """The settings."""
        return self._detector.config

    @property
    def state(self) -> VadState:
        """Where the detector stands."""
        return self._detector.state

    @property
    def speaking(self) -> bool:
        """Whether the user counts as speaking."""
        return self._detector.speaking

    @property
    def frame_bytes(self) -> int:
        """Bytes in one frame."""
        return self._frame_bytes

    def process_pcm_bytes(self, chunk: Pcm) -> list[VadEvent]:
        """Hear more audio.

        Args:
            chunk: Little-endian mono PCM16 of any length.

        Returns:
            The edges in this chunk, in order. A long chunk may hold several.
        """
        size = self._frame_bytes
        if not size:
            return []
        data = self._rest + chunk if self._rest else bytes(chunk)
        whole = len(data) - len(data) % size
        process = self._detector.process_frame
        events = [event for start in range(0, whole, size) if (event := process(data[start : start + size]))]
        self._rest = data[whole:]
        return events

    def drain_pre_speech(self) -> list[bytes]:
        """Take the frames from before the speech, oldest first; see `VoiceActivityDetector.drain_pre_speech`.

        A caller that sends only speech gives this object one frame (`frame_bytes`) at a time, so that no speech hides
        in the rest of a chunk.
        """
        return self._detector.drain_pre_speech()

    def drain_pending(self) -> list[bytes]:
        """Take the frames that raised the suspicion of speech; see `VoiceActivityDetector.drain_pending`."""
        return self._detector.drain_pending()

    def reset(self) -> None:
        """Forget everything heard, including the bytes that wait for the rest of their frame."""
        self._detector.reset()
        self._rest = b""

    def snapshot(self) -> BackendVadSnapshot:
        """The detector as it is now."""
        detector, backend = self._detector, self._backend
        frame_ms = backend.frame_size * 1000 // backend.sample_rate if backend.sample_rate else 0
        since = detector.frames_since_event
        return BackendVadSnapshot(
            backend=backend.name,
            sample_rate=backend.sample_rate,
            frame_duration_ms=frame_ms,
            frame_size=backend.frame_size,
            state=detector.state,
            speaking=detector.speaking,
            last_probability=detector.last_probability,
            frames_processed=detector.frames_processed,
            last_transition_ms_ago=None if since is None else since * frame_ms,
        )
