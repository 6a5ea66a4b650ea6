from __future__ import annotations

import math
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.voice._internal import duration_seconds, energy_dbfs, zero_crossing_rate

SAMPLES = st.lists(st.integers(-32768, 32767), max_size=600)


def pcm(*samples: int) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


@given(SAMPLES)
def test_energy_is_the_rms_in_decibels_floored(samples: list[int]) -> None:
    square = sum(sample * sample for sample in samples) / max(1, len(samples))
    expected = max(-96.0, 20 * math.log10(math.sqrt(square) / 32767)) if square else -96.0
    assert energy_dbfs(pcm(*samples)) == pytest.approx(expected, abs=1e-9)


@given(SAMPLES)
def test_zero_crossing_rate_is_the_share_of_neighbours_that_differ_in_sign(samples: list[int]) -> None:
    changes = sum((before >= 0) != (after >= 0) for before, after in pairwise(samples))
    assert zero_crossing_rate(pcm(*samples)) == pytest.approx(changes / max(1, len(samples) - 1))


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ((), -96.0),
        ((0,) * 480, -96.0),
        ((0,) * 479 + (1,), -96.0),
        ((32767,) * 480, 0.0),
        ((-32767, 32767) * 240, 0.0),
        ((3277, -3277) * 240, -20.0),
    ],
)
def test_energy_of_known_frames(samples: tuple[int, ...], expected: float) -> None:
    assert energy_dbfs(pcm(*samples)) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ((), 0.0),
        ((5,), 0.0),
        ((5, 5, 5), 0.0),
        ((0, -1), 1.0),
        ((-1, 0), 1.0),
        ((1, -1, 1, -1, 1), 1.0),
        ((1, 1, -1, -1, 1), 0.5),
        ((0, 1, 0, 1), 0.0),
    ],
)
def test_zero_crossing_rate_of_known_frames(samples: tuple[int, ...], expected: float) -> None:
    assert zero_crossing_rate(pcm(*samples)) == expected


@given(SAMPLES, st.binary(min_size=1, max_size=1))
def test_half_a_sample_at_the_end_is_not_measured(samples: list[int], half: bytes) -> None:
    whole = pcm(*samples)
    assert energy_dbfs(whole + half) == energy_dbfs(whole)
    assert zero_crossing_rate(whole + half) == zero_crossing_rate(whole)
    assert duration_seconds(whole + half, 16_000) == duration_seconds(whole, 16_000)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_is_measured(kind: type[bytes | bytearray | memoryview]) -> None:
    frame = kind(pcm(1000, -1000, 1000))
    assert energy_dbfs(frame) == pytest.approx(-30.31, abs=0.01)
    assert zero_crossing_rate(frame) == 1.0


def test_duration_counts_samples() -> None:
    assert duration_seconds(bytes(48_000), 24_000) == 1.0
    assert duration_seconds(b"", 24_000) == 0.0
