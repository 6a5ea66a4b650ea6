"""The seam between hearing and deciding: a backend judges frames, and the detector counts what it says.

A backend is told where the detector stands, for two reasons: it takes more to begin speech than to go on with it, and
only silence teaches what silence sounds like.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol, runtime_checkable

from trio_live.voice._vad import VadConfig, VadState


class Judgement(NamedTuple):
    """What a backend says of one frame."""

    heard: bool
    """Whether it counts as speech, in the state the detector is in."""
    probability: float
    """How much it is like speech, 0.0 to 1.0."""


@runtime_checkable
class VadBackend(Protocol):
    """Judges frames of PCM16, one after the other. One backend listens to one microphone."""

    @property
    def name(self) -> str:
        """Stands in `BackendVadSnapshot.backend`."""

    @property
    def sample_rate(self) -> int:
        """Samples per second that it takes."""

    @property
    def frame_size(self) -> int:
        """Samples in a frame that it takes; 0 when there is nothing that it could judge."""

    def judge(self, frame: bytes, state: VadState) -> Judgement:
        """Judge the next frame.

        Args:
            frame: PCM16 LE mono. A detector that is used by itself may be given any number of samples.
            state: where the detector stands before this frame.
        """

    def reset(self) -> None:
        """Forget everything heard."""


class VadBackendType(Protocol):
    """What makes a backend: a class with its usual settings, such as `EnergyBackend` or `SileroBackend`."""

    USUAL: VadConfig
    """The settings that are meant where none are given."""

    def __call__(self, config: VadConfig, /) -> VadBackend:
        """A backend with these settings."""
