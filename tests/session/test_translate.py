"""One message of the server → events, in order."""

from __future__ import annotations

from typing import Any

import pytest

from tests.session.link import PCM, kinds, said, sound
from tests.wire.frames import EXAMPLES, Example, server
from trio_live import wire_events
from trio_live.session._translate import is_audio, translate
from trio_live.wire import (
    FunctionCall,
    GroundingMetadata,
    UrlContextMetadata,
    UsageMetadata,
)


def events_of(**frame: Any) -> list[wire_events.SessionEvent]:
    return translate(server(frame))


def events_of_content(**fields: Any) -> list[wire_events.SessionEvent]:
    return events_of(serverContent=fields)


def events_of_parts(*parts: dict[str, Any]) -> list[wire_events.SessionEvent]:
    return events_of_content(modelTurn=said(*parts))


def test_a_full_frame_is_told_in_one_fixed_order() -> None:
    message = server(
        {
            "goAway": {"timeLeft": "50s"},
            "sessionResumptionUpdate": {"newHandle": "h", "resumable": True},
            "voiceActivity": {"type": "ACTIVITY_START"},
            "usageMetadata": {"totalTokenCount": 9},
            "serverContent": {
                "turnComplete": True,
                "interactionStatus": "IDLE",
                "generationComplete": True,
                "groundingMetadata": {},
                "outputTranscription": {"text": "fog"},
                "inputTranscription": {"text": "weather"},
                "interimInputTranscription": {"text": "weath"},
                "modelTurn": said({"text": "Fog."}, sound(), {"text": "why", "thought": True}),
                "interrupted": True,
            },
            "toolCall": {"functionCalls": [{"id": "b", "name": "f"}]},
            "toolCallCancellation": {"ids": ["a"]},
        }
    )
    assert kinds(translate(message)) == [
        *("ToolCallCancelled", "ToolCall"),
        *("Interrupted", "TextDelta", "AudioData", "Thought"),
        *("InterimInputTranscription", "InputTranscription", "OutputTranscription", "Grounding"),
        "Usage",
        *("GenerationComplete", "TurnComplete", "InteractionStatus"),
        *("VoiceActivityStart", "SessionResumeUpdate", "GoAway"),
    ]


def test_parts_keep_their_order_and_each_becomes_what_it_is() -> None:
    assert events_of_parts(
        {"text": "a"},
        sound(b"\x01\x00"),
        {"text": "hm", "thought": True},
        sound(b"mp4", "video/mp4"),
        {"text": "b"},
        sound(b"\x02\x00"),
    ) == [
        wire_events.TextDelta("a"),
        wire_events.AudioData(b"\x01\x00"),
        wire_events.Thought("hm"),
        wire_events.Media("video/mp4", b"mp4"),
        wire_events.TextDelta("b"),
        wire_events.AudioData(b"\x02\x00"),
    ]


@pytest.mark.parametrize("mime_type", ["audio/pcm;rate=24000", "audio/pcm", "audio/wav", "Audio/PCM", "", None])
def test_sound_is_sound_under_every_spelling_of_its_type(mime_type: str | None) -> None:
    assert is_audio(mime_type)
    assert events_of_parts(sound(PCM, mime_type)) == [wire_events.AudioData(PCM)]


@pytest.mark.parametrize("mime_type", ["video/mp4", "image/png", "application/audio", "audiobook"])
def test_what_is_not_sound_never_becomes_audio(mime_type: str) -> None:
    assert not is_audio(mime_type)
    assert events_of_parts(sound(PCM, mime_type)) == [wire_events.Media(mime_type, PCM)]


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"text": ""},
        {"text": "", "thoughtSignature": "AbCd"},
        {"inlineData": {"mimeType": "audio/pcm"}},
        sound(b""),
        {"functionCall": {"id": "a", "name": "rm"}},
        {"executableCode": {"code": "print(1)"}},
        {"codeExecutionResult": {"output": "1"}},
        {"toolCall": {"id": "a", "toolType": "GOOGLE_SEARCH_WEB"}},
    ],
)
def test_a_part_that_says_nothing_to_a_listener_yields_nothing(part: dict[str, Any]) -> None:
    assert events_of_parts(part) == []


def test_a_part_that_cannot_be_read_is_skipped_alone() -> None:
    events = events_of_parts({"text": "a"}, {"inlineData": {"mimeType": "audio/pcm", "data": "!"}}, {"text": "b"})
    assert events == [wire_events.TextDelta("a"), wire_events.TextDelta("b")]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"modelTurn": {}}, []),
        ({"outputTranscription": {}}, [wire_events.OutputTranscription("")]),
        ({"outputTranscription": {"finished": True}}, [wire_events.OutputTranscription("", finished=True)]),
        ({"inputTranscription": {"text": " what's the"}}, [wire_events.InputTranscription(" what's the")]),
        ({"interimInputTranscription": {"text": "the qu"}}, [wire_events.InterimInputTranscription("the qu")]),
        (
            {"interimInputTranscription": {"text": "hello worl"}, "inputTranscription": {"text": "Hello world."}},
            [wire_events.InterimInputTranscription("hello worl"), wire_events.InputTranscription("Hello world.")],
        ),
        ({"groundingMetadata": {}}, [wire_events.Grounding(GroundingMetadata())]),
        ({"urlContextMetadata": {}}, [wire_events.Grounding(None, UrlContextMetadata())]),
        ({"generationComplete": True}, [wire_events.GenerationComplete()]),
        ({"generationComplete": False, "turnComplete": False, "interrupted": False}, []),
        ({"turnComplete": True}, [wire_events.TurnComplete()]),
        (
            {"turnComplete": True, "turnCompleteReason": "NEED_MORE_INPUT", "waitingForInput": True},
            [wire_events.TurnComplete("NEED_MORE_INPUT", waiting_for_input=True)],
        ),
        (
            {"turnComplete": True, "interactionStatus": "IN_PROGRESS"},
            [wire_events.InteractionStatus("IN_PROGRESS")],
        ),
        (
            {"turnComplete": True, "interactionStatus": "IDLE"},
            [wire_events.TurnComplete(), wire_events.InteractionStatus("IDLE")],
        ),
        ({"interrupted": True, "turnComplete": True}, [wire_events.Interrupted(), wire_events.TurnComplete()]),
    ],
)
def test_content_is_told_field_by_field(fields: dict[str, Any], expected: list[wire_events.SessionEvent]) -> None:
    assert events_of_content(**fields) == expected


def test_an_interruption_comes_first_and_costs_nothing_else_in_its_frame() -> None:
    events = events_of(
        serverContent={
            "interrupted": True,
            "inputTranscription": {"text": "stop"},
            "outputTranscription": {"text": "and th"},
            "generationComplete": True,
            "turnComplete": True,
        },
        usageMetadata={"totalTokenCount": 3},
    )
    assert events == [
        wire_events.Interrupted(),
        wire_events.InputTranscription("stop"),
        wire_events.OutputTranscription("and th"),
        wire_events.Usage(UsageMetadata(total_token_count=3)),
        wire_events.GenerationComplete(),
        wire_events.TurnComplete(),
    ]


@pytest.mark.parametrize(
    "carrier",
    [
        {},
        {"serverContent": {}},
        {"serverContent": {"turnComplete": True}},
        {"serverContent": {"modelTurn": said(sound())}},
        {"toolCall": {"functionCalls": [{"name": "f"}]}},
        {"toolCallCancellation": {"ids": ["a"]}},
        {"goAway": {}},
        {"sessionResumptionUpdate": {}},
        {"voiceActivity": {"type": "ACTIVITY_END"}},
        {"setupComplete": {}},
    ],
)
def test_usage_may_ride_on_any_message_and_comes_before_the_turn_ends(carrier: dict[str, Any]) -> None:
    events = events_of(usageMetadata={"totalTokenCount": 5}, **carrier)
    usage = wire_events.Usage(UsageMetadata(total_token_count=5))
    assert events.count(usage) == 1
    assert wire_events.TurnComplete() not in events[: events.index(usage)]


def test_calls_come_as_one_batch_whether_they_have_ids_or_not() -> None:
    batch = [{"id": "a", "name": "f", "args": {"x": 1}}, {"name": "g"}]
    (event,) = events_of(toolCall={"functionCalls": batch})
    assert event == wire_events.ToolCall((FunctionCall("a", "f", {"x": 1}), FunctionCall(None, "g")))


@pytest.mark.parametrize(
    "frame", [{"toolCall": {}}, {"toolCall": {"functionCalls": []}}, {"toolCallCancellation": {"ids": []}}]
)
def test_an_empty_batch_is_no_batch(frame: dict[str, Any]) -> None:
    assert events_of(**frame) == []


START, END = wire_events.VoiceActivityStart(), wire_events.VoiceActivityEnd()


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ({"voiceActivity": {"type": "ACTIVITY_START"}}, [START]),
        ({"voiceActivity": {"type": "ACTIVITY_END"}}, [END]),
        ({"voiceActivity": {"type": "VOICE_ACTIVITY_START"}}, [START]),
        ({"voiceActivity": {"type": "VOICE_ACTIVITY_END"}}, [END]),
        ({"voiceActivity": {"voiceActivityType": "ACTIVITY_END"}}, [END]),
        ({"voiceActivity": {"voiceActivityType": "VOICE_ACTIVITY_START"}}, [START]),
        ({"voiceActivity": {"type": "TYPE_UNSPECIFIED"}}, []),
        ({"voiceActivity": {"type": "ACTIVITY_MUMBLED"}}, []),
        ({"voiceActivity": {}}, []),
        ({"voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_SOS"}}, [START]),
        ({"voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_EOS"}}, [END]),
        ({"voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_UNSPECIFIED"}}, []),
        ({"voiceActivityDetectionSignal": {}}, []),
        (
            {
                "voiceActivity": {"type": "ACTIVITY_START"},
                "voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_SOS"},
            },
            [START],
        ),
        (
            {
                "voiceActivity": {"type": "ACTIVITY_END"},
                "voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_SOS"},
            },
            [END],
        ),
    ],
)
def test_voice_activity_is_heard_in_every_spelling(
    frame: dict[str, Any], expected: list[wire_events.SessionEvent]
) -> None:
    assert events_of(**frame) == expected


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ({"newHandle": "h", "resumable": True}, wire_events.SessionResumeUpdate("h", resumable=True)),
        ({"newHandle": "h"}, wire_events.SessionResumeUpdate("h", resumable=True)),
        ({"newHandle": "h", "resumable": False}, wire_events.SessionResumeUpdate("h", resumable=False)),
        ({"newHandle": "", "resumable": True}, wire_events.SessionResumeUpdate(None, resumable=False)),
        ({"resumable": False}, wire_events.SessionResumeUpdate(None, resumable=False)),
        ({}, wire_events.SessionResumeUpdate(None, resumable=False)),
        (
            {"newHandle": "h", "lastConsumedClientMessageIndex": "17"},
            wire_events.SessionResumeUpdate("h", resumable=True, last_consumed_index=17),
        ),
        (
            {"newHandle": "h", "lastConsumedClientMessageIndex": 17},
            wire_events.SessionResumeUpdate("h", resumable=True, last_consumed_index=17),
        ),
    ],
)
def test_a_resumption_update_says_whether_its_handle_can_be_used(
    update: dict[str, Any], expected: wire_events.SessionResumeUpdate
) -> None:
    assert events_of(sessionResumptionUpdate=update) == [expected]


@pytest.mark.parametrize(
    ("go_away", "left"), [({"timeLeft": "50s"}, 50.0), ({"timeLeft": "9.999s"}, 9.999), ({}, None)]
)
def test_go_away_may_come_without_a_time(go_away: dict[str, Any], left: float | None) -> None:
    assert events_of(goAway=go_away) == [wire_events.GoAway(left)]


def test_a_message_of_the_future_is_passed_on_as_it_came() -> None:
    assert events_of(laughTrack={"level": 3}) == [wire_events.UnknownMessage({"laughTrack": {"level": 3}})]


@pytest.mark.parametrize("frame", [{"setupComplete": {"sessionId": "s"}}, {"error": {"code": 400}}, {}])
def test_what_is_the_protocols_own_affair_yields_nothing(frame: dict[str, Any]) -> None:
    assert events_of(**frame) == []


@pytest.mark.parametrize("example", [row for row in EXAMPLES if row.direction == "server"], ids=str)
def test_no_known_frame_is_a_riddle(example: Example) -> None:
    unknown = [event for event in translate(server(example.frame)) if isinstance(event, wire_events.UnknownMessage)]
    assert bool(unknown) is (example.note == "ODD: unknown message")
