from __future__ import annotations

import pytest

from trio_live.emulator._engines._recognition import NOISE, Recognition


@pytest.mark.parametrize(
    ("text", "confidence", "heard"),
    [("yes", 0.5, "yes"), ("yes", 0.49, NOISE), ("", 1.0, NOISE), ("", 0.0, NOISE)],
)
def test_words_count_when_the_recogniser_is_sure_of_them(text: str, confidence: float, heard: str) -> None:
    assert Recognition(text, confidence).or_noise(0.5) == heard
