"""How the server listens."""

from __future__ import annotations

import itertools

import pytest

from tests.live.setups import Call, setup_of
from trio_live import Live
from trio_live.wire import AudioTranscriptionConfig, AutomaticActivityDetection

GERMAN = AudioTranscriptionConfig(language_codes=["de"])


@pytest.mark.parametrize(
    ("wanted", "sides"),
    [
        ((True, True), {"inputAudioTranscription", "outputAudioTranscription"}),
        ((True, False), {"inputAudioTranscription"}),
        ((False, True), {"outputAudioTranscription"}),
        ((False, False), set[str]()),
    ],
)
def test_transcripts_are_asked_for_side_by_side(wanted: tuple[bool, bool], sides: set[str]) -> None:
    setup = setup_of(Live.builder().transcription(*wanted))
    assert {key for key in setup if key.endswith("Transcription")} == sides


VOCABULARY: list[Call] = [
    lambda b: b.custom_vocabulary("Trio"),
    lambda b: b.input_transcription(GERMAN),
    lambda b: b.transcription(),
    lambda b: b.input_transcription(),
]


@pytest.mark.parametrize("order", list(itertools.permutations(VOCABULARY)), ids=lambda order: "")
def test_a_vocabulary_survives_whatever_else_is_said_of_transcripts(order: tuple[Call, ...]) -> None:
    live = Live.builder()
    for call in order:
        live = call(live)
    assert setup_of(live)["inputAudioTranscription"] == {"languageCodes": ["de"], "customVocabulary": ["Trio"]}


def test_a_configuration_with_a_vocabulary_of_its_own_replaces_the_other() -> None:
    config = AudioTranscriptionConfig(custom_vocabulary=["Gemini"])
    setup = setup_of(Live.builder().custom_vocabulary("Trio").input_transcription(config))
    assert setup["inputAudioTranscription"] == {"customVocabulary": ["Gemini"]}


def test_details_of_the_models_transcripts_are_kept() -> None:
    assert setup_of(Live.builder().output_transcription(GERMAN).output_transcription())["outputAudioTranscription"] == {
        "languageCodes": ["de"]
    }


def test_settings_of_the_detector_add_up() -> None:
    live = Live.builder().vad(start_sensitivity="low").vad(silence_duration_ms=0).vad(disabled=False)
    assert setup_of(live)["realtimeInputConfig"]["automaticActivityDetection"] == {
        "startOfSpeechSensitivity": "START_SENSITIVITY_LOW",
        "silenceDurationMs": 0,
        "disabled": False,
    }


def test_a_whole_detector_replaces_what_was_set_and_single_settings_change_it() -> None:
    whole = AutomaticActivityDetection(prefix_padding_ms=10)
    live = Live.builder().vad(disabled=True).vad(whole, silence_duration_ms=5)
    assert setup_of(live)["realtimeInputConfig"]["automaticActivityDetection"] == {
        "prefixPaddingMs": 10,
        "silenceDurationMs": 5,
    }


def test_the_parts_of_the_input_leave_one_another_alone() -> None:
    live = Live.builder().activity_handling("no_interruption").vad(disabled=True).turn_coverage("only_activity")
    assert setup_of(live)["realtimeInputConfig"] == {
        "activityHandling": "NO_INTERRUPTION",
        "automaticActivityDetection": {"disabled": True},
        "turnCoverage": "TURN_INCLUDES_ONLY_ACTIVITY",
    }


def test_an_explicit_signal_can_be_switched_off_again() -> None:
    assert setup_of(Live.builder().explicit_vad_signal().explicit_vad_signal(on=False)) == setup_of(Live.builder())


REFUSED: list[tuple[str, type[Exception], Call]] = [
    ("input", TypeError, lambda b: b.transcription(input=1)),  # type: ignore[arg-type]
    ("output", TypeError, lambda b: b.transcription(output="yes")),  # type: ignore[arg-type]
    ("config", TypeError, lambda b: b.input_transcription({"languageCodes": ["de"]})),  # type: ignore[arg-type]
    ("config", TypeError, lambda b: b.output_transcription("de")),  # type: ignore[arg-type]
    ("phrase", TypeError, lambda b: b.custom_vocabulary("Trio", 5)),  # type: ignore[arg-type]
    ("phrase", ValueError, lambda b: b.custom_vocabulary("")),
    ("detection", TypeError, lambda b: b.vad({"disabled": True})),  # type: ignore[arg-type]
    ("detection", TypeError, lambda b: b.vad(False)),  # type: ignore[arg-type]
    ("disabled", TypeError, lambda b: b.vad(disabled=1)),  # type: ignore[arg-type]
    ("start_sensitivity", ValueError, lambda b: b.vad(start_sensitivity="medium")),
    ("start_sensitivity", ValueError, lambda b: b.vad(start_sensitivity="")),
    ("end_sensitivity", TypeError, lambda b: b.vad(end_sensitivity=1)),  # type: ignore[arg-type]
    ("end_sensitivity", ValueError, lambda b: b.vad(end_sensitivity="")),
    ("prefix_padding_ms", ValueError, lambda b: b.vad(prefix_padding_ms=-1)),
    ("silence_duration_ms", TypeError, lambda b: b.vad(silence_duration_ms=0.5)),  # type: ignore[arg-type]
    ("activity_handling", ValueError, lambda b: b.activity_handling("sometimes")),
    ("turn_coverage", ValueError, lambda b: b.turn_coverage("nothing")),
    ("explicit_vad_signal", TypeError, lambda b: b.explicit_vad_signal(None)),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(
    ("name", "error", "call"), REFUSED, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(REFUSED)]
)
def test_a_wrong_argument_raises_at_the_call_and_is_named(name: str, error: type[Exception], call: Call) -> None:
    with pytest.raises(error, match=name):
        call(Live.builder())
