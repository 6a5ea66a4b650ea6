"""Recordings packed small, and read with nothing but the standard library.

The problem: recordings as WAV were nine tenths of the package, which is installed in many places that never play them.
WAV in a zip keeps three quarters of its size, and the standard library reads no codec of speech.

Strategy: only the step from each sample to the next is kept, in whole multiples of `STEP`, one byte each; LZMA makes a
sixth of that. Whoever packs follows what is unpacked, so that the errors do not add up: they are noise 38 dB under the
speech of the bundled recordings, as on a telephone. That is for what is played; what a detector is to hear is kept as WAV,
because a quiet end becomes a little louder and a word a little longer. Steps of 160 are hardly better and 7 % larger; below that loud
consonants are too steep for a byte. Unpacking is two functions in C: a running sum, and a multiplication.
"""

from __future__ import annotations

import lzma
import struct
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

STEP: Final = 192
"""The unit of the differences between samples, of 32,768."""

MAGIC: Final = b"step"
FILTERS: Final = ({"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0},)
"""What was just said of the voice tells most about the next step, so as much of it as can be is context."""

_HEAD: Final = struct.Struct("<4sI")


def pack(pcm: bytes, rate: int) -> bytes:
    """A recording as a file of it is written.

    Args:
        pcm: mono PCM16 LE.
        rate: its samples a second.
    """
    steps = array("b", _steps(array("h", _native(pcm))))
    return lzma.compress(_HEAD.pack(MAGIC, rate) + steps.tobytes(), filters=FILTERS)


def unpack(packed: bytes) -> tuple[bytes, int]:
    """The mono PCM16 LE of a packed recording, and its samples a second.

    Raises:
        ValueError: it is no packed recording.
    """
    try:
        found = lzma.decompress(packed)
        magic, rate = _HEAD.unpack_from(found)
        samples = array("h", map(STEP.__mul__, accumulate(array("b", found[_HEAD.size :]))))
    except (lzma.LZMAError, struct.error, OverflowError) as problem:
        raise ValueError(f"it is no packed recording: {problem}") from problem
    if magic != MAGIC:
        raise ValueError("it is no packed recording: it begins otherwise")
    return _native(samples.tobytes()), rate


def _steps(samples: Iterable[int]) -> Iterator[int]:
    """How many steps up or down each sample is from what was unpacked before it."""
    lowest, highest = -(32768 // STEP), 32767 // STEP
    level = 0
    for sample in samples:
        wanted = min(max(round(sample / STEP), lowest), highest)
        step = min(max(wanted - level, -128), 127)
        level += step
        yield step


def _native(pcm: bytes) -> bytes:
    """Little-endian samples in the order of this machine, and back."""
    if sys.byteorder == "little":
        return pcm
    swapped = array("h", pcm)
    swapped.byteswap()
    return swapped.tobytes()
