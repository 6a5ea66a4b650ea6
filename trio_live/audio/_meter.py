"""How loud it is, for something that moves on a screen."""

from __future__ import annotations

from typing import Final

from trio_live.voice._internal import QUIETEST_DBFS, energy_dbfs

FALL_DB: Final = 1.2
"""So much a meter falls with each piece that is quieter: about 60 dB in a second of 20 ms pieces."""


class LevelMeter:
    """Rises at once, falls slowly."""

    def __init__(self) -> None:
        self.dbfs = QUIETEST_DBFS
        """The level, in decibels relative to full scale: -96 to 0."""

    def hear(self, pcm: bytes) -> None:
        """The next piece, PCM16."""
        self.dbfs = max(energy_dbfs(pcm), self.dbfs - FALL_DB, QUIETEST_DBFS)

    def bar(self, width: int = 20) -> str:
        """The level in a bar of a ``width`` in characters: none filled at 60 dB under full scale, all at full scale."""
        filled = round(min(max((self.dbfs + 60.0) / 60.0, 0.0), 1.0) * width)
        return "█" * filled + "·" * (width - filled)
