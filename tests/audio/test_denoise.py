from __future__ import annotations

import math
import random
import struct
import sys
from collections.abc import Iterable
from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.audio import Denoiser
from trio_live.errors import ConfigError
from trio_live.voice._internal import energy_dbfs

RATE = 16_000


def noise(seconds: float, seed: int = 0, level: float = 600) -> list[float]:
    chance = random.Random(seed)  # noqa: S311
    return [chance.gauss(0, level) for _ in range(int(seconds * RATE))]


def voice(seconds: float) -> list[float]:
    return [
        6_000 * math.sin(2 * math.pi * 300 * n / RATE) * (0.5 + 0.5 * math.sin(2 * math.pi * 3 * n / RATE))
        for n in range(int(seconds * RATE))
    ]


def pcm(samples: Iterable[float]) -> bytes:
    whole = [round(sample) for sample in samples]
    return struct.pack(f"<{len(whole)}h", *whole)


def cut(data: bytes, sizes: Iterable[int]) -> Iterable[bytes]:
    start = 0
    for size in sizes:
        if start >= len(data):
            return
        yield data[start : start + size]
        start += size


def test_steady_noise_is_taken_off_and_a_voice_stays() -> None:
    denoiser = Denoiser()
    before = pcm(noise(2))
    quiet = denoiser.process(before)
    assert energy_dbfs(quiet[-RATE:]) < energy_dbfs(before) - 10
    spoken = pcm(a + b for a, b in zip(noise(1, 1), voice(1), strict=True))
    heard = denoiser.process(spoken)
    assert energy_dbfs(heard[640:]) == pytest.approx(energy_dbfs(pcm(voice(1))), abs=1.0)


def test_a_voice_without_noise_is_nearly_what_it_was_20_ms_later() -> None:
    denoiser, said = Denoiser(), voice(0.5)
    out = denoiser.process(pcm(said))
    heard = struct.unpack(f"<{len(out) // 2}h", out)
    lag = Denoiser.LAG
    error = [a - b for a, b in zip(heard[lag:], said, strict=False)]
    assert energy_dbfs(pcm(error)) < energy_dbfs(pcm(said)) - 10


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 2_000), min_size=1, max_size=6))
def test_as_much_comes_out_as_goes_in_however_it_is_cut(sizes: list[int]) -> None:
    data, whole, pieces = pcm(noise(0.3)), Denoiser(), Denoiser()
    expected, got = whole.process(data), b""
    for piece in cut(data, cycle(sizes)):
        out = pieces.process(piece)
        assert len(out) == len(piece)
        got += out
    assert got == expected
    pieces.reset()
    assert pieces.process(data) == expected


def test_without_numpy_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(ConfigError, match=r"taking noise off a microphone needs numpy"):
        Denoiser()
