"""Who says when the user speaks, and how long it must be quiet until nobody does."""

from __future__ import annotations

from typing import Final

from trio_live._typing import Seconds
from trio_live.wire import Setup

_SAMPLES_PER_SECOND: Final = 16_000
_BYTES_PER_SAMPLE: Final = 2


def marks_activity(setup: Setup) -> bool:
    """Whether a setup tells the server not to detect speech, because this side marks it."""
    realtime = setup.realtime_input_config
    detection = realtime.automatic_activity_detection if realtime else None
    return bool(detection and detection.disabled)


def patience_of(setup: Setup) -> Seconds:
    """How long a setup asks the server to wait in silence before speech is over; 0 leaves it to the model."""
    realtime = setup.realtime_input_config
    detection = realtime.automatic_activity_detection if realtime else None
    return ((detection and detection.silence_duration_ms) or 0) / 1000


def silence(seconds: Seconds) -> bytes:
    """So much of nothing, as a microphone would send it: PCM16 of 16 kHz."""
    return bytes(round(seconds * _SAMPLES_PER_SECOND) * _BYTES_PER_SAMPLE)
