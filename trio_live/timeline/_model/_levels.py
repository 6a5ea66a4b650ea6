"""How loud it was, along the time axis."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from trio_live._typing import Seconds
from trio_live.timeline._model._values import LEVEL_SECONDS
from trio_live.voice._internal import QUIETEST_DBFS, energy_dbfs

LOUDEST: Final = 255
_PER_DB: Final = LOUDEST / -QUIETEST_DBFS


@lru_cache(maxsize=16)  # silence of a microphone that is muted is the same each time
def levels_of(pcm: bytes, rate: int) -> bytes:
    """The levels of some sound, one for each `LEVEL_SECONDS`; the last may be that of less.

    Args:
        pcm: PCM16 LE mono.
        rate: samples a second.
    """
    step = 2 * round(rate * LEVEL_SECONDS)
    return bytes(_level(pcm[start : start + step]) for start in range(0, len(pcm) - 1, step))


def _level(pcm: bytes) -> int:
    return min(LOUDEST, max(0, round((energy_dbfs(pcm) - QUIETEST_DBFS) * _PER_DB)))


class LevelLine:
    """One line of levels, which grows as it is written. Where two sounds meet, the louder one stands."""

    def __init__(self) -> None:
        self.line = bytearray()
        """The line so far."""

    def put(self, at: Seconds, levels: bytes) -> None:
        """Write levels from an instant on."""
        first = round(at / LEVEL_SECONDS)
        missing = first + len(levels) - len(self.line)
        if missing > 0:
            self.line += bytes(missing)
        for place, level in enumerate(levels, first):
            self.line[place] = max(self.line[place], level)
