"""The two decoders and the two encoders, and the roads a frame can take through them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wire.frames import example, server
from trio_live.errors import LocalProtocolError, RemoteProtocolError
from trio_live.wire import (
    AUDIO_INPUT_MIME,
    Blob,
    ClientMessage,
    Content,
    FunctionResponse,
    Part,
    RealtimeInput,
    ServerContent,
    ServerMessage,
    ToolResponse,
    decode_client_message,
    decode_server_message,
    encode_client_message,
    encode_server_message,
)
from trio_live.wire._internal import encode_audio_input

TURN_COMPLETE = ServerMessage(server_content=ServerContent(turn_complete=True))


@pytest.mark.parametrize(
    "frame",
    [
        '{"serverContent":{"turnComplete":true}}',
        b'{"serverContent":{"turnComplete":true}}',
        b'{\n  "serverContent": {\n    "turnComplete": true\n  }\n}\n',
        ' \t\r\n{"serverContent" : {"turnComplete" : true}} \n',
        '{"serverContent":{"turnComplete":true,"interrupted":null},"toolCall":null}',
        '{"serverContent":{"turnComplete":false,"turnComplete":true}}',
        '{"serverContent":{"turnComplete":"true"}}',
        '{"\\u0073erverContent":{"turnComplete":true}}',
    ],
)
def test_one_message_has_many_spellings(frame: bytes | str) -> None:
    assert decode_server_message(frame) == TURN_COMPLETE


@pytest.mark.parametrize("frame", ["", b"", " ", b"\n", "{}", b"{ }", '{"serverContent":null}', '{"laughTrack":null}'])
def test_an_empty_frame_is_an_empty_message(frame: bytes | str) -> None:
    assert decode_server_message(frame) == ServerMessage()


def test_a_message_of_the_future_is_kept_whole() -> None:
    frame = example("ODD: unknown message")
    assert server(frame) == ServerMessage(unknown=frame)


def test_what_nobody_knows_is_passed_over_beside_what_is_known() -> None:
    assert server(example("ODD: unknown field inside a known message")) == TURN_COMPLETE
    assert server({"serverContent": {"turnComplete": True}, "laughTrack": {"level": 3}}) == TURN_COMPLETE


@pytest.mark.parametrize("own", [{"unknown": {"x": 1}}, {"problems": ["forged"]}, {"unknown": 1, "problems": 2}])
def test_a_server_cannot_write_into_our_own_fields(own: dict[str, Any]) -> None:
    assert server({**own, "serverContent": {"turnComplete": True}}) == TURN_COMPLETE
    assert server(own) == ServerMessage(unknown=own)


def test_our_own_fields_are_never_sent() -> None:
    message = ServerMessage(server_content=ServerContent(turn_complete=True), unknown={"x": 1}, problems=["a part"])
    assert decode_server_message(encode_server_message(message)) == TURN_COMPLETE
    assert encode_server_message(ServerMessage(unknown={"x": 1})) == b"{}"


@pytest.mark.parametrize(
    "frame",
    [
        "null",
        "[]",
        "5",
        '"text"',
        "{",
        '{"serverContent":{}} {}',
        "NaN",
        "\ud800",
        '{"a":"\ud800"}',
        b"\xff\xfe",
        b'{"a":"\xff"}',
        '{"serverContent":5}',
        '{"serverContent":{"turnComplete":{}}}',
        '{"usageMetadata":{"promptTokenCount":"many"}}',
        '{"usageMetadata":{"promptTokenCount":1.5}}',
        '{"toolCall":{"functionCalls":[{"args":[]}]}}',
    ],
)
def test_a_frame_that_cannot_be_read_is_a_remote_protocol_error(frame: bytes | str) -> None:
    with pytest.raises(RemoteProtocolError):
        decode_server_message(frame)


def test_the_error_names_the_place_and_not_the_value() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        server({"toolCall": {"functionCalls": [{"name": "f"}, {"name": ["my secret words"]}]}})
    assert caught.value.where == "toolCall.functionCalls[1].name"
    assert str(caught.value) == "expected a string, got a list at 'toolCall.functionCalls[1].name'"


def test_a_frame_nested_beyond_all_reason_is_refused() -> None:
    nested = "[" * 200_000 + "]" * 200_000
    for frame in (
        nested,
        f'{{"laughTrack":{nested}}}',
        f'{{"toolCall":{{"functionCalls":[{{"name":"f","args":{{"a":{nested}}}}}]}}}}',
    ):
        with pytest.raises(RemoteProtocolError):
            decode_server_message(frame)
        with pytest.raises(RemoteProtocolError):
            decode_client_message(frame)


def test_the_microphone_takes_the_short_road_to_the_same_place() -> None:
    blob = Blob("audio/pcm;rate=16000", bytes(range(256)))
    message = ClientMessage(realtime_input=RealtimeInput(audio=blob))
    frame = encode_client_message(message)
    assert frame.startswith(b'{"realtimeInput":{"audio":{"mimeType":"audio/pcm;rate=16000","data":"')
    for strict in (False, True):
        assert decode_client_message(frame, strict=strict) == message
        assert decode_client_message(frame.replace(b"realtimeInput", b"realtime_input"), strict=strict) == message
    named = ClientMessage(realtime_input=RealtimeInput(audio=Blob("audio/pcm", b"\0\0", display_name="x")))
    assert decode_client_message(encode_client_message(named)) == named


def test_a_strict_server_refuses_unknown_names_in_googles_words() -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        decode_client_message('{"setup":{"model":"m","turboMode":true}}', strict=True)
    assert str(caught.value) == (
        "Invalid JSON payload received. Unknown name \"turboMode\" at 'setup': Cannot find field."
    )
    with pytest.raises(RemoteProtocolError, match='Unknown name "bye": Cannot find field'):
        decode_client_message('{"bye":{}}', strict=True)
    with pytest.raises(RemoteProtocolError, match=r"Unknown name \"x\" at 'realtime_input\.audio'"):
        decode_client_message('{"realtimeInput":{"audio":{"mimeType":"audio/pcm","data":"","x":1}}}', strict=True)


@pytest.mark.parametrize(
    "frame", ["", "[]", "hello", b"\xff", '{"setup":5}', '{"setup":{"tools":[{"functionDeclarations":5}]}}']
)
def test_a_client_frame_that_cannot_be_read_is_refused(frame: bytes | str) -> None:
    for strict in (False, True):
        with pytest.raises(RemoteProtocolError):
            decode_client_message(frame, strict=strict)


@pytest.mark.parametrize("value", [object(), {(1, 2): 3}, "\ud800", [{1, object()}]])
def test_what_is_not_json_is_refused_before_it_is_sent(value: object) -> None:
    message = ClientMessage(tool_response=ToolResponse([FunctionResponse("1", "f", {"output": value})]))
    with pytest.raises(LocalProtocolError, match="not JSON"):
        encode_client_message(message)
    with pytest.raises(LocalProtocolError, match="not JSON"):
        encode_server_message(
            ServerMessage(server_content=ServerContent(model_turn=Content(parts=[Part(part_metadata={"x": value})])))
        )


def test_a_value_that_holds_itself_is_refused() -> None:
    ring: dict[str, Any] = {}
    ring["ring"] = ring
    with pytest.raises(LocalProtocolError):
        encode_client_message(ClientMessage(tool_response=ToolResponse([FunctionResponse("1", "f", ring)])))


def test_googles_servers_write_indented_json_with_a_last_newline() -> None:
    frame = encode_server_message(TURN_COMPLETE, indent=2)
    assert frame == b'{\n  "serverContent": {\n    "turnComplete": true\n  }\n}\n'
    assert json.loads(frame) == json.loads(encode_server_message(TURN_COMPLETE))


def test_a_large_part_arrives_whole() -> None:
    audio = bytes(range(256)) * 4096
    frame = {"serverContent": {"modelTurn": {"parts": [{"inlineData": {"data": base64.b64encode(audio).decode()}}]}}}
    assert server(frame) == ServerMessage(
        server_content=ServerContent(model_turn=Content(parts=[Part(inline_data=Blob(data=audio))]))
    )


@given(st.binary(max_size=3000))
def test_the_short_way_to_a_frame_of_sound_makes_the_very_same_frame(sound: bytes) -> None:
    message = ClientMessage(realtime_input=RealtimeInput(audio=Blob(AUDIO_INPUT_MIME, sound)))
    assert encode_audio_input(sound).encode() == encode_client_message(message)
