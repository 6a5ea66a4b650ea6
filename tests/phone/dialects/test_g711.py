"""Both laws of G.711, against their definition and against `audioop`, where Python still has it."""

from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

from trio_live.phone._dialects._g711 import alaw_to_pcm, pcm_to_alaw, pcm_to_ulaw, ulaw_to_pcm

EVERY_SAMPLE = np.arange(1 << 16, dtype=np.uint16).view(np.int16)
EVERY_CODE = bytes(range(256))


@pytest.mark.parametrize(
    ("code", "sample"),
    [(0xFF, 0), (0x7F, 0), (0x80, 32_124), (0x00, -32_124), (0xF0, 120), (0x70, -120), (0xCE, 988), (0xDB, 524)],
)
def test_known_codes_of_the_mu_law(code: int, sample: int) -> None:
    """From ITU-T G.711, tables 2a and 2b, times four: there, a sample has 14 bits."""
    assert int(ulaw_to_pcm(bytes([code]))[0]) == sample


@pytest.mark.parametrize(
    ("code", "sample"),
    [(0xD5, 8), (0x55, -8), (0xAA, 32_256), (0x2A, -32_256), (0xC5, 264), (0x85, 4_224), (0xF5, 528)],
)
def test_known_codes_of_the_a_law(code: int, sample: int) -> None:
    """From ITU-T G.711, tables 1a and 1b, times eight: there, a sample has 13 bits."""
    assert int(alaw_to_pcm(bytes([code]))[0]) == sample


def test_every_code_comes_back_from_its_sample() -> None:
    assert pcm_to_alaw(alaw_to_pcm(EVERY_CODE)) == EVERY_CODE
    there_and_back = pcm_to_ulaw(ulaw_to_pcm(EVERY_CODE))
    assert there_and_back == EVERY_CODE.replace(b"\x7f", b"\xff"), "there are two zeros; the positive one is written"


def test_a_sample_is_never_far_from_what_it_was() -> None:
    for decoded in (ulaw_to_pcm(pcm_to_ulaw(EVERY_SAMPLE)), alaw_to_pcm(pcm_to_alaw(EVERY_SAMPLE))):
        off = np.abs(decoded.astype(int) - EVERY_SAMPLE)
        assert (off <= np.maximum(16, np.abs(EVERY_SAMPLE.astype(int)) // 31 + 8)).all()


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python 3.13 has no audioop any more")
def test_all_samples_and_all_codes_are_those_of_audioop() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop  # type: ignore[import-not-found,unused-ignore]
    pcm = EVERY_SAMPLE.tobytes()
    assert pcm_to_ulaw(EVERY_SAMPLE) == audioop.lin2ulaw(pcm, 2)
    assert pcm_to_alaw(EVERY_SAMPLE) == audioop.lin2alaw(pcm, 2)
    assert ulaw_to_pcm(EVERY_CODE).tobytes() == audioop.ulaw2lin(EVERY_CODE, 2)
    assert alaw_to_pcm(EVERY_CODE).tobytes() == audioop.alaw2lin(EVERY_CODE, 2)
