"""How well an emulator that hears understands people: what the page about it says, on fewer draws."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from benchmarks import hearing_load
from benchmarks.page import MARKS
from benchmarks.recognition import CONDITIONS, MARK, PAGE, PEOPLE, PEOPLE_MARK, Condition, outcome, people, score
from benchmarks.vad_noises import SPEECH
from trio_live.emulator._engines import ENGINES, TURNS

WHISPER = ENGINES["whisper"]
needs_recordings = pytest.mark.skipif(
    not all((SPEECH / name).exists() for name in PEOPLE),
    reason="no recordings: the folder ../shared/data/speech beside the repository is absent",
)
needs_libraries = pytest.mark.skipif(
    not all(map(find_spec, WHISPER.libraries)), reason="no Whisper: pip install 'trio-live[emulator-speech]'"
)


@needs_recordings
@needs_libraries
@pytest.mark.parametrize("rate", [16_000, 8_000])
def test_whisper_understands_everybody_whose_recording_there_is(rate: int) -> None:
    got = score(WHISPER.load(), WHISPER.least_confidence, people(), Condition(rate))
    assert got.outcomes == {"right": len(PEOPLE)}


@needs_recordings
@pytest.mark.parametrize(
    ("heard", "became"),
    [("ten of clubs", "right"), ("go forward ten meters", "wrong"), ("something", "not understood")],
)
def test_what_counts_is_how_the_persona_reacts(heard: str, became: str) -> None:
    asked = next(each for each in people() if each.text == "seven of clubs")
    assert outcome(asked, heard) == became


def test_the_page_has_a_row_for_every_recogniser_in_every_condition() -> None:
    tables = {name: found for found, name in ((found[0], found[1]) for found in MARKS.findall(PAGE.read_text("utf-8")))}
    assert {MARK, PEOPLE_MARK, hearing_load.MARK} <= set(tables)
    text = PAGE.read_text(encoding="utf-8")
    for name in ENGINES:
        for condition in CONDITIONS:
            assert text.count(f"| {name} | {condition.rate // 1000} | {condition} |") == 2
    for name in (TURNS, *ENGINES):
        for callers in hearing_load.CALLERS:
            assert f"| {name} | {callers} |" in text
