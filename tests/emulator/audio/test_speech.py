from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.emulator.callers import audio, kinds, spoken, texts
from trio_live.emulator._audio._babble import babble
from trio_live.emulator._audio._speech import LINE_GAP, FrameEncoder, Speech, SpeechStyle, pieces
from trio_live.emulator._persona import EMPTY_BANK
from trio_live.emulator._service import GOOGLE_AI, VERTEX, dialect_for
from trio_live.wire import Platform, ServerMessage, decode_server_message

LINES = ("Good morning to you.", "What can I do for you today?")
TEXT = "Good morning to you. What can I do for you today?"


def encoder(*, text_frames: bool = False, indent: int | None = 2) -> FrameEncoder:
    return FrameEncoder(EMPTY_BANK, text_frames=text_frames, indent=indent)


def messages(speech: Speech) -> list[ServerMessage]:
    return [decode_server_message(frame.data) for chunk in speech.chunks for frame in chunk.frames]


@pytest.mark.parametrize("dialect", [GOOGLE_AI, VERTEX])
def test_lines_become_audio_and_words(dialect: object) -> None:
    speech = encoder().speech(LINES, SpeechStyle(dialect=dialect))  # type: ignore[arg-type]  # a parameter of this test
    assert speech.text == TEXT
    assert spoken(messages(speech)) == TEXT
    expected = LINE_GAP.join(babble(line) for line in LINES)
    assert audio(messages(speech)) == expected
    assert sum(chunk.audio_seconds for chunk in speech.chunks) == pytest.approx(len(expected) / 48_000)


def test_words_are_spread_over_the_audio() -> None:
    speech = encoder().speech(LINES, SpeechStyle(dialect=GOOGLE_AI))
    assert kinds(messages(speech)).count("output_transcription") == len(pieces(TEXT, 2))


def test_vertex_sends_all_words_first_after_a_mark() -> None:
    contents = [m.server_content for m in messages(encoder().speech(LINES, SpeechStyle(dialect=VERTEX)))]
    words = [c.output_transcription for c in contents if c and c.output_transcription]
    assert words[0].text is None
    assert not words[-1].finished, "3.8 never says so"


def test_a_model_that_finishes_transcripts_marks_their_end() -> None:
    dialect = dialect_for(Platform.VERTEX, "gemini-live-2.5-flash")
    contents = [m.server_content for m in messages(encoder().speech(LINES, SpeechStyle(dialect=dialect)))]
    words = [c.output_transcription for c in contents if c and c.output_transcription]
    assert words[0].text is None
    assert words[-1].finished
    assert contents[len(words)] is not None
    assert kinds(messages(encoder().speech(LINES, SpeechStyle(dialect=VERTEX)))) == [
        "output_transcription",
        "model_turn",
    ]


def test_without_transcript_there_is_audio_only() -> None:
    speech = encoder().speech(LINES, SpeechStyle(dialect=VERTEX, transcript=False))
    assert kinds(messages(speech)) == ["model_turn"]
    assert spoken(messages(speech)) == ""


def test_a_written_answer_has_no_audio() -> None:
    speech = encoder().speech(LINES, SpeechStyle(dialect=GOOGLE_AI, aloud=False))
    assert texts(messages(speech)) == TEXT
    assert audio(messages(speech)) == b""


def test_a_line_of_no_sound_still_has_words() -> None:
    speech = encoder().speech((" ",), SpeechStyle(dialect=GOOGLE_AI))
    assert [chunk.audio_seconds for chunk in speech.chunks] == [0.0]


def test_a_speech_is_encoded_once_for_each_style() -> None:
    here, style = encoder(), SpeechStyle(dialect=GOOGLE_AI)
    assert here.speech(LINES, style) is here.speech(LINES, SpeechStyle(dialect=GOOGLE_AI))
    assert here.speech(LINES, style) is not here.speech(LINES, attrs.evolve(style, transcript=False))


def test_frames_are_as_the_options_say() -> None:
    message = GOOGLE_AI.text("hi")
    indented = encoder().frame(message, "text").data
    assert isinstance(indented, bytes)
    assert indented.endswith(b"}\n")
    compact = encoder(text_frames=True, indent=None).frame(message, "text").data
    assert isinstance(compact, str)
    assert json.loads(compact) == json.loads(indented)


@given(st.text(), st.integers(1, 5))
def test_pieces_joined_are_the_text(text: str, words: int) -> None:
    assert "".join(pieces(text, words)).strip() == text.strip()


def test_every_piece_but_the_first_brings_its_space() -> None:
    assert pieces("one two three", 1) == ["one", " two", " three"]
    assert pieces("one two three", 2) == ["one two", " three"]
    assert pieces("", 2) == []
