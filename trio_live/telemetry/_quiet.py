"""Whether the model's sound is nearly silent: a fault that nobody notices, as everything else looks like an answer.

A few samples of each piece are looked at, which costs next to nothing. A voice is above the threshold in every piece
but for its pauses, and no pause is as long as a spell.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trio_live._typing import Seconds

QUIET_BELOW: Final = 64
"""The loudest sample of a quiet piece: 54 dB under full scale."""

SPELL_SECONDS: Final[Seconds] = 5.0
"""So much quiet sound in a row is worth a warning."""

_BYTES_A_SECOND: Final = 48_000  # PCM16 mono at 24 kHz
_NEGATIVE: Final = 1 << 16  # what negative samples have too much when they are read without their sign
_LOOKED_AT: Final = (0.03, 0.11, 0.23, 0.37, 0.53, 0.61, 0.79, 0.97)  # unevenly, so that no tone is missed


class QuietOutput:
    """Listens to the sound of one session."""

    __slots__ = ("_quiet_bytes", "_told")

    def __init__(self) -> None:
        self._quiet_bytes = 0
        self._told = False

    def hears(self, pieces: Sequence[bytes]) -> bool:
        """Some PCM16 LE in a row; returns whether a spell of quiet has become one worth telling, once for each.

        As soon as one piece is loud the others are not looked at: a run of sound is quiet as a whole or not at all.
        """
        if not all(map(is_quiet, pieces)):
            self._quiet_bytes, self._told = 0, False
            return False
        self._quiet_bytes += sum(map(len, pieces))
        if self._told or self._quiet_bytes < SPELL_SECONDS * _BYTES_A_SECOND:
            return False
        self._told = True
        return True


def is_quiet(pcm: bytes) -> bool:
    """Whether none of a few samples is as loud as `QUIET_BELOW`."""
    samples = len(pcm) // 2
    for share in _LOOKED_AT if samples else ():
        at = 2 * int(samples * share)
        if QUIET_BELOW <= pcm[at] + 256 * pcm[at + 1] <= _NEGATIVE - QUIET_BELOW:
            return False  # the first sample of nearly every piece of a voice says so
    return True
