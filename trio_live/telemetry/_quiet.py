"""Whether the model's sound is nearly silent: a fault that nobody notices, as everything else looks like an answer.

A few samples of a piece are looked at, which costs next to nothing, and none once one piece of a run was loud. A voice
is above the threshold in every piece but for its pauses, and no pause is as long as a spell.
"""

from __future__ import annotations

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

    def hears(self, nbytes: int, *, quiet: bool) -> bool:
        """So much sound in a row; returns whether a spell of quiet has become one worth telling, once for each."""
        if not quiet:
            self._quiet_bytes, self._told = 0, False
            return False
        self._quiet_bytes += nbytes
        if self._told or self._quiet_bytes < SPELL_SECONDS * _BYTES_A_SECOND:
            return False
        self._told = True
        return True


def is_quiet(pcm: bytes) -> bool:
    """Whether none of a few samples of PCM16 LE is as loud as `QUIET_BELOW`."""
    samples = len(pcm) // 2
    for share in _LOOKED_AT if samples else ():
        at = 2 * int(samples * share)
        if QUIET_BELOW <= pcm[at] + 256 * pcm[at + 1] <= _NEGATIVE - QUIET_BELOW:
            return False  # the first sample of nearly every piece of a voice says so
    return True
