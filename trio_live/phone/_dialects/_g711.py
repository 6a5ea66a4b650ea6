"""G.711, the sound of telephones: µ-law and A-law, as tables that are looked into.

A logarithm of each sample in eight bits: sign, segment, and where in the segment. `audioop`, which did this, is gone from
Python 3.13. Both laws are made here by their definition (ITU-T G.711, tables 1 and 2), once for all values of a sample;
after that a frame of 20 ms is one look-up in C.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final, TypeAlias

import numpy as np

Samples: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"

_ULAW_BIAS: Final = 33
"""Is added to a magnitude of 14 bits, so that every segment begins with a power of two."""
_ULAW_MOST: Final = 8159
_ULAW_ENDS: Final = (0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF, 0x1FFF)
_ALAW_ENDS: Final = (0x1F, 0x3F, 0x7F, 0xFF, 0x1FF, 0x3FF, 0x7FF, 0xFFF)
"""The largest magnitude of each segment."""
_ALAW_EVEN: Final = 0x55
"""A-law inverts every other bit, so that silence is no row of zeros on a line."""

ULAW_SILENCE: Final = b"\xff"
ALAW_SILENCE: Final = b"\xd5"


def ulaw_to_pcm(data: bytes) -> Samples:
    """One sample of 16 bits for each byte."""
    return _ulaw_values()[np.frombuffer(data, np.uint8)]


def pcm_to_ulaw(samples: Samples) -> bytes:
    """One byte for each sample of 16 bits."""
    coded: bytes = _ulaw_codes()[samples.view(np.uint16)].tobytes()
    return coded


def alaw_to_pcm(data: bytes) -> Samples:
    """One sample of 16 bits for each byte."""
    return _alaw_values()[np.frombuffer(data, np.uint8)]


def pcm_to_alaw(samples: Samples) -> bytes:
    """One byte for each sample of 16 bits."""
    coded: bytes = _alaw_codes()[samples.view(np.uint16)].tobytes()
    return coded


def _all_samples() -> Samples:
    """Every sample there is, in the order of its bits."""
    return np.arange(1 << 16, dtype=np.uint16).view(np.int16).astype(np.int32)


@cache
def _ulaw_codes() -> Samples:
    values = _all_samples() >> 2
    inverted = np.where(values < 0, 0x7F, 0xFF)
    magnitudes = np.minimum(np.abs(values), _ULAW_MOST) + _ULAW_BIAS
    segments = np.searchsorted(_ULAW_ENDS, magnitudes)
    codes = (segments << 4) | ((magnitudes >> (segments + 1)) & 0xF)
    return (np.where(segments > 7, 0x7F, codes) ^ inverted).astype(np.uint8)  # noqa: PLR2004  # eight segments


@cache
def _ulaw_values() -> Samples:
    codes = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitudes = ((((codes & 0xF) << 3) + 4 * _ULAW_BIAS) << ((codes & 0x70) >> 4)) - 4 * _ULAW_BIAS
    return np.where(codes & 0x80, -magnitudes, magnitudes).astype(np.int16)


@cache
def _alaw_codes() -> Samples:
    values = _all_samples() >> 3
    inverted = np.where(values < 0, _ALAW_EVEN, 0x80 | _ALAW_EVEN)
    magnitudes = np.where(values < 0, -values - 1, values)
    segments = np.searchsorted(_ALAW_ENDS, magnitudes)
    codes = (segments << 4) | ((magnitudes >> np.maximum(segments, 1)) & 0xF)
    return (np.where(segments > 7, 0x7F, codes) ^ inverted).astype(np.uint8)  # noqa: PLR2004


@cache
def _alaw_values() -> Samples:
    codes = np.arange(256, dtype=np.int32) ^ _ALAW_EVEN
    segments, steps = (codes & 0x70) >> 4, (codes & 0xF) << 4
    magnitudes = np.where(segments == 0, steps + 8, (steps + 0x108) << np.maximum(segments - 1, 0))
    return np.where(codes & 0x80, magnitudes, -magnitudes).astype(np.int16)
