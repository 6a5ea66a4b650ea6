from __future__ import annotations

from importlib.util import find_spec

import pytest

from trio_live.cli._demo import read_recording
from trio_live.emulator import bundled_persona
from trio_live.emulator._engines import Expected, Recognition, expected_of
from trio_live.emulator._engines._sphinx import AT_ONCE, KEPT_GRAMMARS, SphinxRecogniser, recognition_of

needs_library = pytest.mark.skipif(
    find_spec("pocketsphinx") is None, reason="no pocketsphinx: pip install 'trio-live[emulator-speech]'"
)
SILENCE = bytes(16_000)


@pytest.mark.parametrize(
    ("segments", "recognition"),
    [
        ([], Recognition("", 0.0)),
        ([("<sil>", 40), ("hello(2)", 30), ("<sil>", 9)], Recognition("hello", 1.0)),
        ([("other_AA", 30), ("thank", 10), ("you", 20)], Recognition("thank you", 0.5)),
        ([("[NOISE]", 30), ("other_S", 10)], Recognition("", 0.0)),
    ],
)
def test_it_is_as_sure_as_words_are_a_share_of_the_speech(
    segments: list[tuple[str, int]], recognition: Recognition
) -> None:
    assert recognition_of(segments) == recognition


@needs_library
def test_words_come_while_they_are_said_and_are_the_same_every_time() -> None:
    recogniser = SphinxRecogniser()
    expected = expected_of(bundled_persona("front_desk"), "start")
    pcm = SILENCE + read_recording("hello.wav") + SILENCE
    for _ in range(2):
        utterance = recogniser.begin(expected)
        guesses = []
        for start in range(0, len(pcm), 32_000):
            utterance.take(pcm[start : start + 32_000])
            guesses.append(utterance.guess().text)
        found = utterance.finish()
        assert guesses[0] in {"", "hello"}
        assert len(guesses[-2]) > len(guesses[1])
        assert found.text == "hello this is maria lopez i'd like to book an appointment with doctor chen"
        assert found.confidence > 0.7


@needs_library
def test_two_may_speak_at_once_and_grammars_are_kept_within_bounds() -> None:
    recogniser = SphinxRecogniser()
    goodbye = SILENCE + read_recording("goodbye.wav") + SILENCE
    first, second = recogniser.begin(Expected(("goodbye",))), recogniser.begin(Expected(("thank you",)))
    for start in range(0, len(goodbye), 8_000):
        first.take(goodbye[start : start + 8_000])
        second.take(goodbye[start : start + 8_000])
    assert (first.finish().text, second.finish().text) == ("goodbye", "thank you")
    for word in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"][: KEPT_GRAMMARS + 2]:
        recogniser.begin(Expected((word, "thank you"))).finish()
    again = recogniser.begin(Expected(("goodbye",)))
    again.take(goodbye)
    assert again.finish().text == "goodbye"


@needs_library
def test_nothing_can_be_said_to_a_persona_without_phrases() -> None:
    utterance = SphinxRecogniser().begin(Expected())
    utterance.take(SILENCE + read_recording("goodbye.wav"))
    assert utterance.finish().text == ""


@needs_library
def test_other_threads_have_their_turn_between_short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library keeps Python's lock while it searches."""
    recogniser = SphinxRecogniser()
    utterance = recogniser.begin(Expected(("goodbye",)))
    pieces: list[bytes] = []

    class Decoder:
        def process_raw(self, pcm: bytes, *_: bool) -> None:
            pieces.append(pcm)

    monkeypatch.setattr(utterance._decoder, "_decoder", Decoder())
    utterance.take(SILENCE)
    assert b"".join(pieces) == SILENCE
    assert max(map(len, pieces)) == AT_ONCE == 640
