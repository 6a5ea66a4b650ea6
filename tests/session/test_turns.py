"""Turns of the model: what is told, in which order, and where the session stands meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.session.link import (
    ACTIVE,
    AUDIO,
    ENTERED,
    MODEL_SPEAKING,
    PCM,
    hear,
    hear_content,
    kinds,
    open_protocol,
    said,
    sound,
    text,
)
from trio_live import wire_events
from trio_live.session import SessionPhase
from trio_live.wire import (
    UsageMetadata,
)

# -- a turn of the model ------------------------------------------------------------------------------------------


def test_a_spoken_turn_goes_from_active_to_speaking_and_back() -> None:
    protocol = open_protocol()
    assert hear_content(protocol, **AUDIO) == [MODEL_SPEAKING, wire_events.AudioData(PCM)]
    assert hear_content(protocol, **AUDIO) == [wire_events.AudioData(PCM)]
    assert hear_content(protocol, generationComplete=True) == [wire_events.GenerationComplete()]
    assert protocol.phase is SessionPhase.MODEL_SPEAKING
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete(), ACTIVE]


@pytest.mark.parametrize("part", [{"text": "Hi"}, sound(), sound(b"mp4", "video/mp4")])
def test_words_sound_and_pictures_mean_that_the_model_speaks(part: dict[str, Any]) -> None:
    protocol = open_protocol()
    assert hear_content(protocol, modelTurn=said(part))[0] == MODEL_SPEAKING


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"modelTurn": said({"text": "hm", "thought": True})},
        {"outputTranscription": {"text": "Hi"}},
        {"inputTranscription": {"text": "Hi"}},
        {"generationComplete": True},
        {"groundingMetadata": {}},
    ],
)
def test_a_thought_or_a_transcript_is_not_yet_speech(fields: dict[str, Any]) -> None:
    protocol = open_protocol()
    hear_content(protocol, **fields)
    assert protocol.phase is SessionPhase.ACTIVE


def test_the_text_of_a_turn_comes_whole_right_before_its_end() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("It is"))
    hear_content(protocol, modelTurn=said({"text": "hm", "thought": True}, {"text": " foggy"}))
    events = hear_content(protocol, **text("."), generationComplete=True, turnComplete=True)
    assert events == [
        wire_events.TextDelta("."),
        wire_events.GenerationComplete(),
        wire_events.TextComplete("It is foggy."),
        wire_events.TurnComplete(),
        ACTIVE,
    ]


def test_every_turn_has_its_own_text_and_a_silent_one_has_none() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("One"))
    assert wire_events.TextComplete("One") in hear_content(protocol, turnComplete=True)
    assert hear_content(protocol, turnComplete=True) == [wire_events.TurnComplete()]
    hear_content(protocol, **text("Two"))
    assert wire_events.TextComplete("Two") in hear_content(protocol, turnComplete=True)


def test_usage_is_told_before_the_turn_it_belongs_to_ends() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("Hi"))
    events = hear(protocol, usageMetadata={"totalTokenCount": 7}, serverContent={"turnComplete": True})
    assert events == [
        wire_events.Usage(UsageMetadata(total_token_count=7)),
        wire_events.TextComplete("Hi"),
        wire_events.TurnComplete(),
        ACTIVE,
    ]


def test_why_a_turn_ended_is_passed_on() -> None:
    (event,) = hear_content(
        open_protocol(), turnComplete=True, turnCompleteReason="NEED_MORE_INPUT", waitingForInput=True
    )
    assert event == wire_events.TurnComplete("NEED_MORE_INPUT", waiting_for_input=True)


# -- interruption -------------------------------------------------------------------------------------------------


def test_an_interruption_passes_through_its_phase_and_costs_nothing_in_its_frame() -> None:
    protocol = open_protocol()
    hear_content(protocol, **text("It is fo"))
    events = hear(
        protocol,
        serverContent={
            "interrupted": True,
            "inputTranscription": {"text": "stop"},
            "outputTranscription": {"text": "It is fo"},
            "turnComplete": True,
        },
        usageMetadata={"totalTokenCount": 7},
    )
    assert events == [
        ENTERED[SessionPhase.INTERRUPTED],
        wire_events.Interrupted(),
        ACTIVE,
        wire_events.InputTranscription("stop"),
        wire_events.OutputTranscription("It is fo"),
        wire_events.Usage(UsageMetadata(total_token_count=7)),
        wire_events.TextComplete("It is fo"),
        wire_events.TurnComplete(),
    ]


def test_an_interruption_of_nothing_is_told_all_the_same() -> None:
    protocol = open_protocol()
    assert hear_content(protocol, interrupted=True) == [wire_events.Interrupted()]
    assert protocol.phase is SessionPhase.ACTIVE


def test_what_the_model_says_beside_an_interruption_comes_after_it() -> None:
    protocol = open_protocol()
    hear_content(protocol, **AUDIO)
    assert kinds(hear_content(protocol, interrupted=True, **AUDIO)) == [
        *("Interrupted", "Interrupted", "Active"),
        *("ModelSpeaking", "AudioData"),
    ]
