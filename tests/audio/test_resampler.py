"""Resampling as a stream: the same sound however it is cut, at another rate."""

from __future__ import annotations

import math
import struct
import sys
from collections.abc import Callable, Iterable
from itertools import cycle

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.audio import Resampler
from trio_live.errors import ConfigError
from trio_live.voice import INPUT_VAD, BackendInputVad, VadEvent
from trio_live.voice._internal import energy_dbfs, zero_crossing_rate


def tone(rate: int, seconds: float = 0.5, pitch: float = 440) -> bytes:
    count = int(rate * seconds)
    return struct.pack(f"<{count}h", *(round(8_000 * math.sin(2 * math.pi * pitch * n / rate)) for n in range(count)))


def cut(pcm: bytes, sizes: Iterable[int]) -> Iterable[bytes]:
    start = 0
    for size in sizes:
        if start >= len(pcm):
            return
        yield pcm[start : start + size]
        start += size


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 44_100, 48_000])
def test_a_tone_keeps_its_pitch_its_loudness_and_its_length(rate: int) -> None:
    resampler = Resampler(rate, 16_000)
    sound = resampler.process(tone(rate)) + resampler.finish()
    assert len(sound) / 2 == pytest.approx(8_000, abs=2)
    assert energy_dbfs(sound) == pytest.approx(energy_dbfs(tone(16_000)), abs=0.2)
    assert zero_crossing_rate(sound) == pytest.approx(zero_crossing_rate(tone(16_000)), abs=0.002)


def test_the_same_rate_changes_nothing_and_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    resampler = Resampler(16_000, 16_000)
    assert resampler.process(b"\x01\x02\x03") + resampler.process(b"\x04") == b"\x01\x02\x03\x04"
    assert resampler.finish() == b""


def close(one: bytes, other: bytes) -> bool:
    """Whether two sounds are as long as each other, and the same but for the rounding of soxr, which has chance in it."""
    pairs = zip(*(struct.unpack(f"<{len(each) // 2}h", each) for each in (one, other)), strict=False)
    return len(one) == len(other) and all(abs(a - b) <= 3 for a, b in pairs)


@settings(deadline=None, max_examples=12)
@given(st.lists(st.integers(41, 3_000), min_size=1, max_size=8), st.sampled_from([8_000, 24_000, 48_000]))
def test_what_comes_out_does_not_depend_on_how_the_bytes_are_cut(sizes: list[int], rate: int) -> None:
    pcm, whole, pieces = tone(rate, 0.2), Resampler(rate, 16_000), Resampler(rate, 16_000)
    expected = whole.process(pcm) + whole.finish()
    assert close(b"".join(map(pieces.process, cut(pcm, cycle(sizes)))) + pieces.finish(), expected)
    assert close(pieces.process(pcm) + pieces.finish(), expected), "the next stream begins anew"


def test_a_missing_soxr_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "soxr", None)
    with pytest.raises(ConfigError, match=r"resampling needs soxr: pip install 'trio-live\[audio\]'"):
        Resampler(48_000, 16_000)


@pytest.mark.parametrize("rates", [(0, 16_000), (16_000, 1_000_000)])
def test_a_rate_that_is_none_is_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(ConfigError, match="samples a second are no sound"):
        Resampler(*rates)


@pytest.mark.parametrize("rate", [8_000, 24_000, 48_000])
def test_speech_at_another_rate_has_the_same_edges_once_it_is_resampled(
    recording: Callable[[str], bytes], rate: int
) -> None:
    pcm = bytes(16_000) + recording("goforward") + bytes(16_000)
    there, back = Resampler(16_000, rate), Resampler(rate, 16_000)
    other = there.process(pcm) + there.finish()
    vad = BackendInputVad()
    assert vad.process_pcm_bytes(back.process(other) + back.finish()) == [VadEvent.SPEECH_START, VadEvent.SPEECH_END]
    at_its_rate = BackendInputVad(attrs.evolve(INPUT_VAD, sample_rate=rate))
    assert at_its_rate.process_pcm_bytes(other) == [VadEvent.SPEECH_START, VadEvent.SPEECH_END]
