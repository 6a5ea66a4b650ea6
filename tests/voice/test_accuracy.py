"""How well people are heard in noise: what the page about hearing says, on fewer draws of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.page import MARKS
from benchmarks.vad_accuracy import DETECTORS, MARK, PAGE, score
from benchmarks.vad_noises import NOISES, SPEECH, UTTERANCES

needs_recordings = pytest.mark.skipif(
    not all(Path(SPEECH, each.file).exists() for each in UTTERANCES),
    reason="recordings of real voices are not part of the source",
)


@needs_recordings
@pytest.mark.parametrize("noise", [None, *NOISES])
def test_the_built_in_detector_finds_everyone_at_20_db_within_120_ms(noise: str | None) -> None:
    got = score(DETECTORS["built-in"], noise, 20, seeds=2)
    assert got.found == got.asked == len(got.onsets) == 8
    assert max(got.onsets) < 0.120
    assert got.alarms == 0


@needs_recordings
@pytest.mark.parametrize("noise", [*NOISES])
def test_the_neural_detector_finds_everyone_at_5_db(noise: str) -> None:
    got = score(DETECTORS["neural"], noise, 5, seeds=1)
    assert got.found == got.asked == 4


def test_the_page_has_the_table_for_every_noise_and_both_detectors() -> None:
    (table,) = [found for found in MARKS.findall(PAGE.read_text(encoding="utf-8")) if found[1] == MARK]
    assert table
    text = PAGE.read_text(encoding="utf-8")
    for noise in NOISES:
        for ratio in (20, 10, 5):
            for name in DETECTORS:
                assert f"| {noise} | {ratio} | {name} |" in text
