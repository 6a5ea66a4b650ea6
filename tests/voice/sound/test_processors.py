from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.errors import ConfigError
from trio_live.voice import Gain, InputProcessor, NoiseGate

SAMPLES = st.lists(st.integers(-32_768, 32_767), max_size=600)


def pcm(samples: list[int]) -> bytes:
    return struct.pack(f"<{len(samples)}h", *samples)


@given(SAMPLES, st.sampled_from([-60, -6, 0, 6, 30]))
def test_gain_multiplies_and_clips(samples: list[int], db: int) -> None:
    gain = Gain(db)
    expected = [max(-32_768, min(32_767, round(sample * 10 ** (db / 20)))) for sample in samples]
    assert gain.process(pcm(samples)) == pcm(expected)


def test_a_gate_shuts_out_what_is_quiet_and_waits_for_the_ends_of_words() -> None:
    gate = NoiseGate(-40, hold=0.02)
    quiet, loud = pcm([100, -100] * 80), pcm([3_000, -3_000] * 80)
    assert gate.process(quiet * 2) == bytes(640)
    assert gate.process(quiet + loud + quiet * 3) == bytes(320) + loud + quiet * 2 + bytes(320)
    gate.process(loud)
    gate.reset()
    assert gate.process(quiet) == bytes(320)


@given(SAMPLES, st.lists(st.integers(1, 200), min_size=1, max_size=5))
def test_a_gate_keeps_the_length(samples: list[int], sizes: list[int]) -> None:
    gate, data, out, start = NoiseGate(), pcm(samples), b"", 0
    while start < len(data):
        size = 2 * sizes[start % len(sizes)]
        piece = data[start : start + size]
        gated = gate.process(piece)
        assert len(gated) == len(piece)
        out += gated
        start += size
    assert all(now in (before, 0) for now, before in zip(out, data, strict=True))


@pytest.mark.parametrize("made", [Gain(0), NoiseGate()])
def test_they_are_processors(made: object) -> None:
    assert isinstance(made, InputProcessor)
    made.reset()
    assert made.process(b"") == b""


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: Gain(61), "gain of 61 dB"),
        (lambda: Gain(float("nan")), "gain of nan"),
        (lambda: NoiseGate(1), "threshold of 1 dBFS"),
        (lambda: NoiseGate(-50, -1), "held open"),
    ],
)
def test_what_is_out_of_bounds_is_refused(make: object, named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        make()  # type: ignore[operator]
