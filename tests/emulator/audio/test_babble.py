from __future__ import annotations

import struct
import sys
from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.emulator._audio import _babble as module
from trio_live.emulator._audio._babble import babble
from trio_live.errors import ConfigError
from trio_live.voice import INPUT_VAD, BackendInputVad, VadEvent
from trio_live.voice._internal import duration_seconds, energy_dbfs

START, END = VadEvent.SPEECH_START, VadEvent.SPEECH_END
SENTENCE = "the train to the coast leaves from platform nine in a quarter of an hour"
PROSE = (
    "Good morning, this is the booking desk of the Harbour Hotel. We still have two rooms with a view of the sea, "
    "and a quiet one at the back. Would you like breakfast with your room? It is served from seven to ten. "
)


def samples(pcm: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(pcm) // 2}h", pcm)


def quiet_stretches(pcm: bytes, rate: int, at_least: float) -> int:
    """How many stretches of digital silence there are of at least so many seconds."""
    step = rate // 100 * 2
    loudness = "".join(
        "q" if energy_dbfs(pcm[start : start + step]) == -96 else "v" for start in range(0, len(pcm), step)
    )
    return sum(len(stretch) >= at_least * 100 for stretch in loudness.split("v"))


@pytest.mark.parametrize("rate", [16_000, 24_000, 8_000])
def test_prose_takes_about_a_second_for_15_characters(rate: int) -> None:
    assert len(PROSE) / duration_seconds(babble(PROSE, rate=rate), rate) == pytest.approx(15, abs=1)


@pytest.mark.parametrize("pitch", [70, 120, 210, 300])
@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 48_000])
def test_our_own_detector_hears_a_sentence_as_one_utterance(rate: int, pitch: float) -> None:
    vad = BackendInputVad(attrs.evolve(INPUT_VAD, sample_rate=rate))
    spoken = babble(SENTENCE, rate=rate, pitch=pitch)
    early = vad.process_pcm_bytes(spoken[: rate // 4 * 2])
    assert early == [START], "heard within a quarter of a second"
    assert vad.process_pcm_bytes(spoken[rate // 4 * 2 :]) == []
    assert vad.process_pcm_bytes(bytes(rate)) == [END]


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz ", min_size=20, max_size=60))
def test_even_nonsense_is_heard_where_it_has_vowels(text: str) -> None:
    vad = BackendInputVad()
    assert vad.process_pcm_bytes(babble("open " + text, rate=16_000))[:1] == [START]


def test_the_detector_hears_it_in_a_room_and_after_a_muted_start() -> None:
    room = struct.pack("<480h", *((150 if index % 7 < 4 else -150) for index in range(480))) * 30
    spoken = babble(SENTENCE, rate=16_000)
    assert BackendInputVad().process_pcm_bytes(bytes(32_000) + room + spoken + room) == [START, END]


def test_it_is_as_loud_as_recorded_speech_and_never_clips() -> None:
    spoken = babble(PROSE)
    assert -28 < energy_dbfs(spoken) < -18
    assert max(map(abs, samples(spoken))) < 32_767


def test_loudness_rises_and_falls_at_the_rate_of_syllables() -> None:
    spoken = babble("banana " * 10)
    step = 24_000 // 100 * 2
    loud = [energy_dbfs(spoken[start : start + step]) > -25 for start in range(0, len(spoken), step)]
    rises = sum(after and not before for before, after in pairwise(loud))
    assert 25 <= rises <= 35, "three syllables a word"


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("one two three", 0),
        ("one, two three", 1),
        ("one, two. three", 2),
        ("one... two?! three", 2),
        ("pi is 3.14 at example.com", 0),
        ("ichi\u3001ni\u3002san", 2),
    ],
)
def test_it_pauses_at_the_marks_that_end_a_phrase(text: str, pauses: int) -> None:
    assert quiet_stretches(babble(text), 24_000, 0.1) == pauses


def test_a_full_stop_takes_longer_than_a_comma() -> None:
    plain, comma, stop = (len(babble(text)) for text in ("one two", "one, two", "one. two"))
    assert plain < comma < stop


def pitch_of(voiced: tuple[int, ...], rate: int) -> float:
    """The pitch at which a piece of voice is most like itself one period later."""

    def unlike(period: int) -> int:
        return sum(abs(voiced[index] - voiced[index + period]) for index in range(500))

    return rate / min(range(rate // 200, rate // 80), key=unlike)


def test_a_question_ends_high_and_a_statement_low() -> None:
    vowels = "a" * 20
    start = int(24_000 * 18 / 16.5)
    asked, stated = (samples(babble(vowels + mark))[start : start + 1_000] for mark in "?.")
    assert pitch_of(asked, 24_000) > 130
    assert pitch_of(stated, 24_000) < 120


def test_the_voice_does_not_click() -> None:
    spoken = samples(babble(PROSE))
    assert max(abs(after - before) for before, after in pairwise(spoken)) < 9_000


def test_pitch_changes_the_voice_but_not_the_time() -> None:
    low, high = babble(SENTENCE, pitch=90), babble(SENTENCE, pitch=220)
    assert low != high
    assert len(low) == len(high)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60), st.sampled_from([8_000, 16_000, 22_050, 24_000]))
def test_any_text_gives_whole_samples_and_the_same_each_time(text: str, rate: int) -> None:
    spoken = babble(text, rate=rate)
    assert spoken == babble(text, rate=rate)
    assert len(spoken) % 2 == 0
    assert bool(spoken) is bool(text.strip())


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet="abc ,.?!\u4e2d", max_size=40))
def test_time_does_not_depend_on_the_sample_rate(text: str) -> None:
    assert duration_seconds(babble(text, rate=16_000), 16_000) == pytest.approx(
        duration_seconds(babble(text, rate=24_000), 24_000), abs=0.001
    )


def test_sentences_spoken_apart_take_as_long_as_together() -> None:
    apart = len(babble("First this.")) + len(babble("Then that."))
    assert len(babble("First this. Then that.")) == pytest.approx(apart, abs=4)


def test_a_wide_character_takes_the_time_of_a_syllable() -> None:
    assert duration_seconds(babble("\u4eca\u65e5\u306f"), 24_000) == pytest.approx(3 * 3 / 16.5, abs=0.1)


def test_accents_do_not_matter_and_digits_are_spoken() -> None:
    assert babble("\u00e9t\u00e9") == babble("ETE") == babble("ete")
    assert energy_dbfs(babble("42")) > -40


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_blank_text_is_no_sound(text: str) -> None:
    assert babble(text) == b""


def test_what_cannot_be_a_voice_is_refused_all_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        babble("hello", rate=4_000, pitch=1_000)
    assert [problem.split()[0] for problem in caught.value.problems] == ["rate", "pitch"]


def test_bytes_are_little_endian_on_every_host(monkeypatch: pytest.MonkeyPatch) -> None:
    other = "big" if sys.byteorder == "little" else "little"
    here = module._pcm([1.0, -2.0, 300.4])
    assert here == struct.pack("<3h", 1, -2, 300)
    monkeypatch.setattr(module, "byteorder", other)
    assert module._pcm([1.0, -2.0, 300.4]) == struct.pack(">3h", 1, -2, 300)
