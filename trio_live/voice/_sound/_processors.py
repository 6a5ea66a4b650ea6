"""What is done to the microphone's sound before anything listens to it: a seam, and the simple ones.

The detector of speech hears what comes out, and so does the model: edges come from processed sound.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final, Protocol, runtime_checkable

from trio_live._typing import Seconds
from trio_live.errors import ConfigError
from trio_live.voice._sound._pcm import BYTES_PER_SAMPLE, energy_dbfs, samples_of

BLOCK: Final = 320
"""Bytes that a gate decides on together: 10 ms at 16 kHz."""
_BYTES_A_SECOND: Final = 32_000


@runtime_checkable
class InputProcessor(Protocol):
    """Changes the sound of one microphone, piece by piece."""

    def process(self, pcm: bytes, /) -> bytes:
        """The next piece.

        Args:
            pcm: PCM16 LE mono, whole samples.

        Returns:
            What is heard instead, PCM16 mono 16 kHz; as long, if it is to stay in step.
        """

    def reset(self) -> None:
        """Forget what was heard: another stream begins."""


class Gain:
    """Makes a microphone louder or quieter; what would be too loud is clipped.

    Args:
        db: decibels, -60 to 60.

    Raises:
        ConfigError: ``db`` is out of bounds.
    """

    def __init__(self, db: float) -> None:
        if not -60 <= db <= 60:  # noqa: PLR2004
            raise ConfigError(f"a gain of {db} dB; from -60 to 60 are possible")
        factor = 10 ** (db / 20)
        signed = (*range(32_768), *range(-32_768, 0))  # as the bits of an unsigned sample count
        self._table = array("h", (max(-32_768, min(32_767, round(sample * factor))) for sample in signed))

    def process(self, pcm: bytes) -> bytes:
        """The next piece, as long as it was."""
        table = self._table
        return _little(array("h", [table[sample] for sample in samples_of(pcm)]))

    def reset(self) -> None:
        """There is nothing to forget."""


class NoiseGate:
    """Lets nothing through that is quieter than a threshold, but what comes soon after something louder.

    It decides for 10 ms of each piece at a time, and what it shuts out becomes silence of the same length.

    Args:
        threshold_dbfs: the RMS, in decibels relative to full scale, from which on sound passes.
        hold: seconds for which it stays open after that; the ends of words are quiet.

    Raises:
        ConfigError: a value is out of bounds.
    """

    def __init__(self, threshold_dbfs: float = -50.0, hold: Seconds = 0.3) -> None:
        if not -96 <= threshold_dbfs <= 0:  # noqa: PLR2004
            raise ConfigError(f"a threshold of {threshold_dbfs} dBFS; from -96 to 0 are possible")
        if not hold >= 0:
            raise ConfigError(f"a gate cannot be held open for {hold} s")
        self._threshold = threshold_dbfs
        self._hold = round(hold * _BYTES_A_SECOND)
        self._open_for = 0

    def process(self, pcm: bytes) -> bytes:
        """The next piece, as long as it was."""
        return b"".join(self._gated(pcm))

    def _gated(self, pcm: bytes) -> Iterator[bytes]:
        for start in range(0, len(pcm), BLOCK):
            block = pcm[start : start + BLOCK]
            is_loud = energy_dbfs(block) >= self._threshold
            yield block if is_loud or self._open_for > 0 else bytes(len(block))
            self._open_for = self._hold if is_loud else self._open_for - len(block)

    def reset(self) -> None:
        """Shut it."""
        self._open_for = 0


def _little(samples: array[int]) -> bytes:
    if array("H", [1]).tobytes()[0] == 0:  # this machine has the larger end first
        samples.byteswap()
    return samples.tobytes()[: len(samples) * BYTES_PER_SAMPLE]
