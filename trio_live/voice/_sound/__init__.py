"""Sound: measured, changed, kept until it is played, and counted when it was."""

from trio_live.voice._sound._jitter import JitterBuffer, JitterConfig, JitterState, Pulled
from trio_live.voice._sound._packed import pack, unpack
from trio_live.voice._sound._pcm import (
    BYTES_PER_SAMPLE,
    FULL_SCALE,
    QUIETEST_DBFS,
    Levels,
    Pcm,
    duration_seconds,
    energy_dbfs,
    samples_of,
    zero_crossing_rate,
)
from trio_live.voice._sound._playback import HeardTurn, PlaybackEpoch, PlaybackLedger, PlaybackSnapshot
from trio_live.voice._sound._processors import Gain, InputProcessor, NoiseGate

__all__ = [
    "BYTES_PER_SAMPLE",
    "FULL_SCALE",
    "QUIETEST_DBFS",
    "Gain",
    "HeardTurn",
    "InputProcessor",
    "JitterBuffer",
    "JitterConfig",
    "JitterState",
    "Levels",
    "NoiseGate",
    "Pcm",
    "PlaybackEpoch",
    "PlaybackLedger",
    "PlaybackSnapshot",
    "Pulled",
    "duration_seconds",
    "energy_dbfs",
    "pack",
    "samples_of",
    "unpack",
    "zero_crossing_rate",
]
