"""What voice/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.voice._sound import (
    FULL_SCALE,
    QUIETEST_DBFS,
    duration_seconds,
    energy_dbfs,
    pack,
    unpack,
    zero_crossing_rate,
)
from trio_live.voice._vad import TRANSITIONS, Step

__all__ = [
    "FULL_SCALE",
    "QUIETEST_DBFS",
    "TRANSITIONS",
    "Step",
    "duration_seconds",
    "energy_dbfs",
    "pack",
    "unpack",
    "zero_crossing_rate",
]
