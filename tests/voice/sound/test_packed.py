from __future__ import annotations

import lzma
import math
from array import array

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trio_live.voice._internal import pack, unpack
from trio_live.voice._sound._packed import STEP

LOUDEST_SINE = array("h", (round(32_000 * math.sin(n / 5)) for n in range(4000)))
"""At 24 kHz, 760 Hz: as loud and steep as speech gets."""


@given(st.lists(st.integers(-32768, 32767), max_size=300), st.sampled_from([8000, 16_000, 24_000]))
@example([32767] * 3 + [-32768] * 3, 24_000)
def test_length_and_rate_come_back_and_no_sample_leaves_its_range(samples: list[int], rate: int) -> None:
    pcm, found = unpack(pack(array("h", samples).tobytes(), rate))
    assert found == rate
    assert len(pcm) == 2 * len(samples)


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=300))
def test_what_is_not_too_steep_comes_back_within_half_a_step(changes: list[int]) -> None:
    level, samples = 0, []
    for change in changes:
        level = min(max(level + change * STEP, -32_000), 32_000)
        samples.append(level)
    unpacked = array("h", unpack(pack(array("h", samples).tobytes(), 24_000))[0])
    assert all(abs(one - other) <= STEP / 2 + 1 for one, other in zip(samples, unpacked, strict=True))


def test_loud_sound_is_far_above_its_noise() -> None:
    unpacked = array("h", unpack(pack(LOUDEST_SINE.tobytes(), 24_000))[0])
    noise = math.hypot(*(one - other for one, other in zip(LOUDEST_SINE, unpacked, strict=True)))
    assert 20 * math.log10(math.hypot(*LOUDEST_SINE) / noise) > 45


def test_silence_stays_silence_and_is_small() -> None:
    packed = pack(bytes(48_000), 24_000)
    assert unpack(packed) == (bytes(48_000), 24_000)
    assert len(packed) < 150


@pytest.mark.parametrize(
    "broken",
    [b"", b"RIFF", pack(b"\0\0" * 100, 24_000)[:-5], lzma.compress(b"ab"), lzma.compress(b"RIFF" + bytes(100))],
)
def test_what_is_no_packed_recording_is_refused(broken: bytes) -> None:
    with pytest.raises(ValueError, match="no packed recording"):
        unpack(broken)


def test_steps_that_lead_out_of_the_range_are_refused() -> None:
    head = lzma.decompress(pack(b"", 24_000))
    with pytest.raises(ValueError, match="no packed recording"):
        unpack(lzma.compress(head + b"\x7f" * 10))
