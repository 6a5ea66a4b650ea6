from __future__ import annotations

from importlib.util import find_spec

import pytest

from trio_live.cli._demo import read_recording
from trio_live.emulator._audio import babble
from trio_live.emulator._engines import ENGINES, Expected, Recognition
from trio_live.emulator._engines._recognisers import Engine
from trio_live.emulator._engines._whisper import WhisperRecogniser

WHISPER: Engine = ENGINES["whisper"]
needs_libraries = pytest.mark.skipif(
    not all(map(find_spec, WHISPER.libraries)), reason="no Whisper: pip install 'trio-live[emulator-speech]'"
)


@pytest.fixture(scope="module")
def recogniser() -> WhisperRecogniser:
    return WhisperRecogniser()


@needs_libraries
def test_what_is_said_is_written_in_words(recogniser: WhisperRecogniser) -> None:
    utterance = recogniser.begin(Expected())
    pcm = bytes(8_000) + read_recording("three_thirty.wav")
    utterance.take(pcm[:40_000])
    assert "three" in utterance.guess().text.lower()
    utterance.take(pcm[40_000:])
    assert utterance.finish().text == "Yes, three thirty is perfect."


@needs_libraries
def test_names_are_spelt_as_they_were_given(recogniser: WhisperRecogniser) -> None:
    for names, name in (((), "Marie Lopez"), (("Maria Lopez",), "Maria Lopez")):
        utterance = recogniser.begin(Expected(names=names))
        utterance.take(read_recording("hello.wav"))
        assert name in utterance.finish().text


@needs_libraries
def test_the_same_sound_is_heard_the_same_way(recogniser: WhisperRecogniser) -> None:
    pcm = read_recording("goodbye.wav")
    assert recogniser.recognise(pcm, "") == recogniser.recognise(pcm, "")


@needs_libraries
@pytest.mark.parametrize(
    "pcm", [bytes(64_000), babble("Nobody can say what this is.", rate=16_000)], ids=["silence", "babble"]
)
def test_it_is_not_sure_of_what_nobody_said(recogniser: WhisperRecogniser, pcm: bytes) -> None:
    assert recogniser.recognise(pcm, "").confidence < WHISPER.least_confidence


@needs_libraries
def test_no_sound_is_no_words(recogniser: WhisperRecogniser) -> None:
    assert recogniser.begin(Expected()).finish() == Recognition("", 0.0)


@needs_libraries
def test_half_a_minute_is_heard_at_once(recogniser: WhisperRecogniser) -> None:
    pcm = bytes(2 * 16_000 * 26) + read_recording("goodbye.wav")
    assert isinstance(recogniser.recognise(pcm[: 2 * 16_000 * 30], "").text, str)
