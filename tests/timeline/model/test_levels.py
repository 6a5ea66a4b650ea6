"""Loudness along the time axis."""

from __future__ import annotations

import pytest

from trio_live.timeline._model._levels import LevelLine, levels_of


def test_each_level_is_that_of_20_ms() -> None:
    loud, quiet = b"\xff\x7f" * 320, b"\0\0" * 320
    assert levels_of(loud + quiet + loud, 16_000) == bytes([255, 0, 255])


@pytest.mark.parametrize(
    ("amplitude", "dbfs"), [(32767, 0.0), (3277, -20.0), (328, -40.0), (33, -60.0)], ids=["0", "-20", "-40", "-60"]
)
def test_a_level_is_a_share_of_96_decibels(amplitude: int, dbfs: float) -> None:
    (level,) = levels_of(amplitude.to_bytes(2, "little", signed=True) * 480, 24_000)
    assert level == pytest.approx(255 * (96 + dbfs) / 96, abs=1)


def test_what_is_shorter_than_a_level_has_one_and_half_a_sample_none() -> None:
    assert len(levels_of(b"\xff\x7f" * 10, 16_000)) == 1
    assert levels_of(b"\xff", 16_000) == b""
    assert levels_of(b"", 16_000) == b""


def test_a_line_grows_and_keeps_the_louder_of_two() -> None:
    line = LevelLine()
    line.put(0.1, bytes([5, 6]))
    line.put(0.12, bytes([9, 1]))
    line.put(0.0, bytes([3]))
    assert bytes(line.line) == bytes([3, 0, 0, 0, 0, 5, 9, 1])
