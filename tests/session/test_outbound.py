"""What each command looks like on the wire, for each platform and model."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from tests.wire.frames import client, written
from trio_live.errors import LocalProtocolError
from trio_live.events._internal import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    Steer,
)
from trio_live.session._internal import to_messages
from trio_live.wire import Blob, Content, FunctionCall, FunctionResponse, Platform, encode_client_message, profile_for

NATIVE_2_5 = "models/gemini-2.5-flash-native-audio-latest"
VERTEX_2_5 = "projects/p/locations/l/publishers/google/models/gemini-live-2.5-flash-native-audio"
LIVE_3_1 = "models/gemini-3.1-flash-live-preview"
LIVE_3_8 = "models/gemini-3.8-live"

ANSWER = FunctionResponse("a", "f", {"output": 1}, scheduling="INTERRUPT", will_continue=True)


def sent(command: Command, model: str = NATIVE_2_5, platform: Platform = Platform.GOOGLE_AI) -> Any:
    """The one frame of a command."""
    (frame,) = frames_of(command, model, platform)
    return frame


def frames_of(command: Command, model: str = NATIVE_2_5, platform: Platform = Platform.GOOGLE_AI) -> list[Any]:
    return [written(message) for message in to_messages(command, profile_for(model, platform))]


COMMANDS = [
    (
        SendAudio(b"\x01\x00"),
        {"realtimeInput": {"audio": {"mimeType": "audio/pcm;rate=16000", "data": "AQA="}}},
    ),
    (SendVideo(b"\xff\xd8"), {"realtimeInput": {"video": {"mimeType": "image/jpeg", "data": "/9g="}}}),
    (SendVideo(b"\x89P", "image/png"), {"realtimeInput": {"video": {"mimeType": "image/png", "data": "iVA="}}}),
    (
        SendText("Hello?"),
        {"clientContent": {"turns": [{"role": "user", "parts": [{"text": "Hello?"}]}], "turnComplete": True}},
    ),
    (
        SendClientContent((Content.of("I am Alice."), Content.of("Hi Alice!", "model")), turn_complete=False),
        {
            "clientContent": {
                "turns": [
                    {"role": "user", "parts": [{"text": "I am Alice."}]},
                    {"role": "model", "parts": [{"text": "Hi Alice!"}]},
                ],
                "turnComplete": False,
            }
        },
    ),
    (SendClientContent((), turn_complete=True), {"clientContent": {"turnComplete": True}}),
    (
        SendToolResponse((FunctionResponse("a", "f", {"output": 1}), FunctionResponse(None, "g", {"error": "no"}))),
        {
            "toolResponse": {
                "functionResponses": [
                    {"id": "a", "name": "f", "response": {"output": 1}},
                    {"name": "g", "response": {"error": "no"}},
                ]
            }
        },
    ),
    (ActivityStart(), {"realtimeInput": {"activityStart": {}}}),
    (ActivityEnd(), {"realtimeInput": {"activityEnd": {}}}),
    (AudioStreamEnd(), {"realtimeInput": {"audioStreamEnd": True}}),
]


@pytest.mark.parametrize(("command", "frame"), COMMANDS, ids=lambda value: type(value).__name__)
def test_a_command_has_one_shape_on_the_wire(command: Command, frame: dict[str, Any]) -> None:
    assert sent(command) == frame
    assert written(client(frame, strict=True)) == frame


def test_every_command_can_be_sent() -> None:
    assert {type(command) for command, _ in COMMANDS} | {Steer} == set(get_args(Command))


def test_typed_text_is_realtime_input_where_turns_are_refused_once_the_talk_has_begun() -> None:
    assert sent(SendText("Hello?"), LIVE_3_1) == {"realtimeInput": {"text": "Hello?"}}
    assert "clientContent" in sent(SendText("Hello?"), LIVE_3_8)


@pytest.mark.parametrize(("patience", "ms"), [(0.0, 1000), (0.8, 1800)])
def test_a_model_that_ignores_the_end_of_the_stream_is_sent_silence_instead(patience: float, ms: int) -> None:
    abilities = profile_for(LIVE_3_8, Platform.GOOGLE_AI)
    (message,) = to_messages(AudioStreamEnd(), abilities, patience=patience)
    assert message.realtime_input is not None
    assert message.realtime_input.audio == Blob("audio/pcm;rate=16000", bytes(ms * 32))
    assert message.realtime_input.audio_stream_end is None


def test_vertex_is_given_new_instructions_as_the_system() -> None:
    (turn,) = sent(Steer(instruction="Be brief."), VERTEX_2_5, Platform.VERTEX)["clientContent"]["turns"]
    assert turn == {"role": "system", "parts": [{"text": "Be brief."}]}


def test_google_ai_is_told_by_the_user_that_the_instructions_changed() -> None:
    (turn,) = sent(Steer(instruction="Be brief."))["clientContent"]["turns"]
    assert turn["role"] == "user"
    text = turn["parts"][0]["text"]
    assert text.endswith("Be brief.")
    assert "instructions have changed" in text


@pytest.mark.parametrize("platform", Platform)
def test_new_instructions_ask_for_no_answer(platform: Platform) -> None:
    assert sent(Steer(instruction="Be brief."), platform=platform)["clientContent"]["turnComplete"] is False


@pytest.mark.parametrize(
    ("model", "platform", "kept"),
    [
        (NATIVE_2_5, Platform.GOOGLE_AI, {"scheduling", "willContinue"}),
        (VERTEX_2_5, Platform.VERTEX, set()),
        (LIVE_3_1, Platform.GOOGLE_AI, {"willContinue"}),
        (LIVE_3_8, Platform.GOOGLE_AI, {"scheduling", "willContinue"}),
        (LIVE_3_8, Platform.VERTEX, {"scheduling"}),
        ("models/gemini-3.8-live-extended-thinking", Platform.GOOGLE_AI, {"willContinue"}),
        ("models/gemini-of-tomorrow", Platform.VERTEX, {"scheduling", "willContinue"}),
    ],
)
def test_answers_lose_what_the_model_would_refuse(model: str, platform: Platform, kept: set[str]) -> None:
    (answer,) = sent(SendToolResponse((ANSWER,)), model, platform)["toolResponse"]["functionResponses"]
    assert answer.keys() - {"id", "name", "response"} == kept
    assert (answer["id"], answer["name"], answer["response"]) == ("a", "f", {"output": 1})


def test_an_answer_that_is_no_json_is_the_callers_mistake() -> None:
    answer = FunctionResponse.of(FunctionCall("a", "f"), {"output": object()})
    (message,) = to_messages(SendToolResponse((answer,)), profile_for(NATIVE_2_5, Platform.GOOGLE_AI))
    with pytest.raises(LocalProtocolError):
        encode_client_message(message)
