"""Resampling without delay: the same voice at another rate, however it is cut, and at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.phone._dialects._g711 import Samples
from trio_live.phone._dialects._resampling import FrameResampler

PAIRS = [(8_000, 16_000), (24_000, 8_000), (24_000, 16_000), (48_000, 16_000), (44_100, 16_000), (24_000, 44_100)]


def tone(rate: int, pitch: float, seconds: float = 0.5) -> Samples:
    times = np.arange(int(rate * seconds)) / rate
    return np.asarray(8_000 * np.sin(2 * np.pi * pitch * times)).astype(np.int16)


def decibels(ratio: float) -> float:
    return float(20 * np.log10(max(ratio, 1e-9)))


def spectrum(samples: Samples, rate: int) -> tuple[Samples, Samples]:
    inner = samples[len(samples) // 8 : -len(samples) // 8].astype(float)
    return np.fft.rfftfreq(len(inner), 1 / rate), np.abs(np.fft.rfft(inner * np.hanning(len(inner))))


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
@pytest.mark.parametrize("pitch", [300, 1_000, 3_000])
def test_a_voice_keeps_its_pitch_and_its_loudness_and_gets_no_echo(from_rate: int, to_rate: int, pitch: int) -> None:
    frequencies, levels = spectrum(FrameResampler(from_rate, to_rate).process(tone(from_rate, pitch)), to_rate)
    frequencies_before, before = spectrum(tone(to_rate, pitch), to_rate)
    assert abs(frequencies[levels.argmax()] - pitch) < 10
    near = np.abs(frequencies - pitch) < 60
    assert abs(decibels(levels.max() / before.max())) < 0.1
    assert decibels(levels[~near].max() / levels.max()) < -60
    del frequencies_before


@pytest.mark.parametrize(("from_rate", "to_rate"), PAIRS)
def test_whole_frames_come_out_as_whole_frames(from_rate: int, to_rate: int) -> None:
    resampler, frame = FrameResampler(from_rate, to_rate), from_rate // 50
    sound = tone(from_rate, 440)
    sizes = {len(resampler.process(sound[at : at + frame])) for at in range(0, len(sound), frame)}
    assert sizes == {to_rate // 50}


def test_what_a_phone_cannot_carry_is_taken_away() -> None:
    sound = FrameResampler(24_000, 8_000).process(tone(24_000, 5_000))
    assert np.abs(sound[200:-200]).max() <= 8, "5 kHz would come back as 3 kHz"


def test_it_is_two_milliseconds_behind_and_no_more() -> None:
    click = np.zeros(160, dtype=np.int16)
    click[40] = 20_000
    sound = FrameResampler(8_000, 16_000).process(click)
    assert int(np.abs(sound).argmax()) - 2 * 40 == 32


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=12), st.sampled_from(PAIRS))
def test_what_comes_out_does_not_depend_on_how_it_is_cut(sizes: list[int], rates: tuple[int, int]) -> None:
    sound = tone(rates[0], 440, 0.1)
    whole, pieces, at, found = FrameResampler(*rates), FrameResampler(*rates), 0, [np.zeros(0, dtype=np.int16)]
    for size in [*sizes, len(sound)]:
        found.append(pieces.process(sound[at : at + size]))
        at += size
    expected = whole.process(sound)
    cut = np.concatenate(found)
    assert len(cut) == len(expected)
    assert np.abs(cut.astype(int) - expected).max() <= 1, "but for the rounding of sums in another order"


def test_another_stream_knows_nothing_of_the_one_before() -> None:
    resampler, sound = FrameResampler(24_000, 8_000), tone(24_000, 440)
    first = resampler.process(sound)
    resampler.reset()
    assert (resampler.process(sound) == first).all()
