"""What the voice activity detector is made of: its settings, its states, and the table of its transitions.

One boolean enters for each frame, *heard*. What it means depends on the state, which is the usual two-threshold
trick: it takes more to begin than to go on. In silence it is "loud and shaped like speech"; in speech it is "still
above the lower threshold"::

              heard               heard, run full: SPEECH_START
    SILENCE ─────────▶ PENDING ────────────────▶ SPEECH ◀────────┐
       ▲  ◀───────────────┘                        │             │ heard
       │     not heard                   not heard └──▶ HANGOVER ┘
       └──────────────────────────────────────────────────┘ run full: SPEECH_END

A *run* is how many frames in a row have led to the same state; the frame that enters a state is the first of its run
and may already fill it. That lets a limit of 1 mean one frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final, Literal

import attrs

from trio_live.errors import ConfigError


class VadState(StrEnum):
    """Where the detector stands. The values are what a snapshot shows."""

    SILENCE = "silence"
    PENDING_SPEECH = "pending_speech"
    SPEECH = "speech"
    HANGOVER = "hangover"

    @property
    def speaking(self) -> bool:
        """Whether the user counts as speaking: a pause shorter than the hangover does not end the speech."""
        return self is VadState.SPEECH or self is VadState.HANGOVER


class VadEvent(Enum):
    """An edge. The two always alternate, beginning with a start."""

    SPEECH_START = "speech_start"
    SPEECH_END = "speech_end"


@attrs.frozen
class Step:
    """What one frame leads to."""

    to: VadState
    """The next state, unless the run is full."""
    limit: Literal["min_speech_frames", "hangover_frames"] | None = None
    """The setting that says how long a run fills this step; ``None`` when none does."""
    full: VadState = VadState.SILENCE
    """The next state when the run is full."""
    event: VadEvent | None = None
    """What a full run announces."""


_RISING = Step(VadState.PENDING_SPEECH, "min_speech_frames", VadState.SPEECH, VadEvent.SPEECH_START)
_FALLING = Step(VadState.HANGOVER, "hangover_frames", VadState.SILENCE, VadEvent.SPEECH_END)

TRANSITIONS: Final[Mapping[tuple[VadState, bool], Step]] = MappingProxyType(
    {
        (VadState.SILENCE, True): _RISING,
        (VadState.SILENCE, False): Step(VadState.SILENCE),
        (VadState.PENDING_SPEECH, True): _RISING,
        (VadState.PENDING_SPEECH, False): Step(VadState.SILENCE),
        (VadState.SPEECH, True): Step(VadState.SPEECH),
        (VadState.SPEECH, False): _FALLING,
        (VadState.HANGOVER, True): Step(VadState.SPEECH),
        (VadState.HANGOVER, False): _FALLING,
    },
)
"""(state, heard) → step."""


@attrs.frozen(kw_only=True)
class VadConfig:
    """Settings of the detector.

    Raises:
        ConfigError: Some values cannot work; all of them are named.
    """

    sample_rate: int = 16_000
    """Samples per second of the input."""
    frame_duration_ms: int = 30
    """Length of a frame. A product with the rate of less than one sample means that nothing is ever detected."""
    start_threshold_db: float = 15.0
    """How far above the noise floor a frame must lie to begin speech."""
    stop_threshold_db: float = 10.0
    """How far above the noise floor a frame must lie to go on with it."""
    min_speech_frames: int = 3
    """So many frames in a row begin speech."""
    hangover_frames: int = 10
    """So many frames in a row below the stop threshold end it."""
    min_zero_crossing_rate: float = 0.02
    """Below this a loud frame is hum. The share of neighbouring samples that differ in sign, as if there were 16,000 a second."""
    max_zero_crossing_rate: float = 0.5
    """Above this a loud frame is hiss."""
    initial_noise_floor_dbfs: float = -60.0
    """The room as it is taken to be before anything is heard: a quiet office with a decent microphone."""
    lowest_noise_floor_dbfs: float = -70.0
    """No room is taken to be quieter.

    A microphone behind a noise suppressor sends next to nothing. A floor that followed it down would take what the
    suppressor lets through for speech.
    """
    highest_noise_floor_dbfs: float = -35.0
    """No room is taken to be louder.

    A long hiss at the beginning of a word ("s") is loud, and not shaped like speech. Were it believed to be the room,
    the vowel after it would not stand out.
    """
    start_probability: float = 0.5
    """A neural backend: from this probability on a frame begins speech."""
    stop_probability: float = 0.35
    """A neural backend: down to this probability a frame goes on with it."""
    pre_speech_frames: int = 3
    """So many frames from before the speech are kept for a caller that sends only speech."""

    def __attrs_post_init__(self) -> None:
        problems = tuple(self._problems())
        if problems:
            raise ConfigError(problems)

    @property
    def frame_size(self) -> int:
        """Samples in one frame."""
        return self.sample_rate * self.frame_duration_ms // 1000

    def _problems(self) -> Iterator[str]:
        for name in ("sample_rate", "frame_duration_ms", "pre_speech_frames"):
            if getattr(self, name) < 0:
                yield f"{name} is {getattr(self, name)}; it cannot be negative"
        for name in ("min_speech_frames", "hangover_frames"):
            if getattr(self, name) < 1:
                yield f"{name} is {getattr(self, name)}; it takes at least one frame to tell"
        if self.stop_threshold_db > self.start_threshold_db:
            yield (
                f"stop_threshold_db ({self.stop_threshold_db}) is above start_threshold_db ({self.start_threshold_db}); "
                "speech would fade as soon as it began"
            )
        if self.lowest_noise_floor_dbfs > self.highest_noise_floor_dbfs:
            yield (
                f"lowest_noise_floor_dbfs ({self.lowest_noise_floor_dbfs}) is above "
                f"highest_noise_floor_dbfs ({self.highest_noise_floor_dbfs})"
            )
        if not 0 <= self.stop_probability <= self.start_probability <= 1:
            yield (
                f"probabilities of {self.stop_probability} to go on and {self.start_probability} to begin; "
                "they must lie between 0 and 1, the smaller first"
            )
        if not 0 <= self.min_zero_crossing_rate <= self.max_zero_crossing_rate <= 1:
            yield (
                f"zero crossing rates from {self.min_zero_crossing_rate} to {self.max_zero_crossing_rate}; "
                "they must lie between 0 and 1, the smaller first"
            )


INPUT_VAD: Final = VadConfig(min_speech_frames=2, hangover_frames=8, max_zero_crossing_rate=0.85)
"""For the user's microphone: begins after about 60 ms of speech and ends after about 240 ms of silence.

A word may begin with an "s", which at 16 kHz crosses zero between 50 and 80 of 100 samples: taken for hiss, it would be
heard a fifth of a second late. That is worth the few noises that are like it and louder than the room by 15 dB.
"""

NOISY_STREET: Final = attrs.evolve(INPUT_VAD, start_threshold_db=21.0)
"""Traffic and passers-by: only what stands clearly out of them begins speech."""
