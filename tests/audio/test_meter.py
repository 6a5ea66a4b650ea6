from __future__ import annotations

import struct

import pytest

from trio_live.audio import LevelMeter


def at(amplitude: int) -> bytes:
    return struct.pack("<320h", *([amplitude, -amplitude] * 160))


def test_it_rises_at_once_and_falls_slowly() -> None:
    meter = LevelMeter()
    assert meter.dbfs == -96.0
    assert meter.bar(10) == "·" * 10
    meter.hear(at(3_277))
    assert meter.dbfs == pytest.approx(-20, abs=0.01)
    assert meter.bar(9) == "██████···"
    meter.hear(at(0))
    assert meter.dbfs == pytest.approx(-21.2, abs=0.01)
    for _ in range(100):
        meter.hear(at(0))
    assert meter.dbfs == -96.0
    meter.hear(at(32_767))
    assert meter.bar(4) == "████"
