"""Reading what is not tidy: liberties, broken parts, and frames made of noise."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wire.frames import EXAMPLES, client, server
from tests.wire.strategies import BASE64, JSON
from trio_live.errors import RemoteProtocolError
from trio_live.wire import (
    Blob,
    ClientMessage,
    Content,
    FunctionCall,
    Part,
    ServerContent,
    ServerMessage,
    ToolCall,
    UsageMetadata,
    decode_client_message,
    decode_server_message,
)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FRAMES = [json.dumps(row.frame).encode() for row in EXAMPLES]


def audio(data: Any) -> dict[str, Any]:
    return {"serverContent": {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm", "data": data}}]}}}


def parts_of(message: ServerMessage) -> list[Part]:
    assert message.server_content is not None
    assert message.server_content.model_turn is not None
    return message.server_content.model_turn.parts or []


@patient
@given(st.binary(max_size=60), st.sampled_from(BASE64))
def test_bytes_are_read_from_both_alphabets_padded_or_not(data: bytes, spell: Any) -> None:
    assert parts_of(server(audio(spell(data)))) == [Part(inline_data=Blob("audio/pcm", data))]
    heard = client({"realtimeInput": {"audio": {"mimeType": "audio/pcm", "data": spell(data)}}}, strict=True)
    assert heard.realtime_input is not None
    assert heard.realtime_input.audio == Blob("audio/pcm", data)


@pytest.mark.parametrize("data", ["A", "AAAAA", "!!!!", "AA AA", "=AAA", "AA=A", "ÄÄÄÄ", 5, True, [], {}])
def test_a_broken_part_is_left_out_alone_and_named(data: Any) -> None:
    frame = audio(data)
    frame["serverContent"]["modelTurn"]["parts"].append({"text": "still here"})
    frame["serverContent"]["turnComplete"] = True
    message = server(frame)
    assert parts_of(message) == [Part(text="still here")]
    assert message.server_content is not None
    assert message.server_content.turn_complete is True
    assert message.problems is not None
    (problem,) = message.problems
    assert problem.endswith("at 'serverContent.modelTurn.parts[0].inlineData.data'")


def test_every_broken_part_is_named() -> None:
    parts: list[Any] = [
        None,
        {"text": []},
        {"text": "one"},
        7,
        {"inlineData": "x"},
        {"thoughtSignature": "?"},
        {"text": "two"},
    ]
    message = server({"serverContent": {"modelTurn": {"parts": parts}}})
    assert parts_of(message) == [Part(text="one"), Part(text="two")]
    assert message.problems == [
        "expected an object, got null at 'serverContent.modelTurn.parts[0]'",
        "expected a string, got a list at 'serverContent.modelTurn.parts[1].text'",
        "expected an object, got a number at 'serverContent.modelTurn.parts[3]'",
        "expected an object, got a string at 'serverContent.modelTurn.parts[4].inlineData'",
        "invalid base64 at 'serverContent.modelTurn.parts[5].thoughtSignature'",
    ]


def test_a_message_without_problems_has_none() -> None:
    assert server(audio("AAA")).problems is None


def test_a_broken_part_of_a_user_is_not_dropped_in_silence() -> None:
    frame = {"clientContent": {"turns": [{"parts": [{"inlineData": {"data": "!"}}, {"text": "What is it?"}]}]}}
    for strict in (False, True):
        with pytest.raises(RemoteProtocolError) as caught:
            client(frame, strict=strict)
        where = "client_content.turns[0].parts[0].inline_data.data"
        assert caught.value.where == (where if strict else "clientContent.turns[0].parts[0].inlineData.data")


def test_nulls_are_absent_at_every_depth() -> None:
    frame = {
        "toolCall": {"functionCalls": [{"id": None, "name": None, "args": {"kept": None}}]},
        "usageMetadata": {"promptTokenCount": None, "promptTokensDetails": None, "totalTokenCount": "9"},
        "serverContent": {"modelTurn": {"role": None, "parts": None}, "groundingMetadata": None},
    }
    assert server(frame) == ServerMessage(
        tool_call=ToolCall([FunctionCall(args={"kept": None})]),
        usage_metadata=UsageMetadata(total_token_count=9),
        server_content=ServerContent(model_turn=Content()),
    )


def test_one_object_may_stand_for_a_list_of_one() -> None:
    assert parts_of(server({"serverContent": {"modelTurn": {"parts": {"text": "x"}}}})) == [Part(text="x")]


@pytest.mark.parametrize("number", [12, "12", 12.0, "12.0", "1.2e1"])
def test_a_count_is_read_from_every_spelling(number: Any) -> None:
    assert server({"usageMetadata": {"promptTokenCount": number}}) == ServerMessage(
        usage_metadata=UsageMetadata(prompt_token_count=12)
    )


@pytest.mark.parametrize("number", [True, 1.5, "1.5", "twelve", "", [], {}, "NaN", "Infinity", "9" * 5000])
def test_what_is_no_count_is_refused(number: Any) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        server({"usageMetadata": {"promptTokenCount": number}})
    assert caught.value.where == "usageMetadata.promptTokenCount"


@pytest.mark.parametrize("key", ["some_key", "someKey", "function_calls", "turnComplete"])
def test_the_keys_of_free_form_objects_are_never_renamed(key: str) -> None:
    data = {key: {key: [{key: 1.0}, None]}, "inline_data": {"mime_type": 5, "data": "!"}}
    message = server(
        {
            "toolCall": {"functionCalls": [{"id": 5, "name": "f", "args": data}]},
            "serverContent": {"modelTurn": {"parts": [{"partMetadata": data, "toolResponse": {"response": data}}]}},
        }
    )
    assert message.tool_call == ToolCall([FunctionCall("5", "f", data)])
    (part,) = parts_of(message)
    assert part.part_metadata == data
    assert part.tool_response is not None
    assert part.tool_response.response == data
    answer = client({"tool_response": {"function_responses": [{"name": "f", "response": data}]}}, strict=True)
    assert answer.tool_response is not None
    assert answer.tool_response.function_responses is not None
    assert answer.tool_response.function_responses[0].response == data


# ------------------------------------------------------------------------------------------------------------- noise


def read_all_ways(frame: bytes | str) -> None:
    """Read a frame as everybody would: a value or `RemoteProtocolError`, and a value that can be used."""
    with suppress(RemoteProtocolError):
        use(decode_server_message(frame))
    for strict in (False, True):
        with suppress(RemoteProtocolError):
            assert isinstance(decode_client_message(frame, strict=strict), ClientMessage)


def use(message: ServerMessage) -> None:
    """Touch everything that is computed only when somebody looks."""
    assert isinstance(message, ServerMessage)
    if message.go_away is not None:
        assert isinstance(message.go_away.seconds_left, float | None)
    if message.session_resumption_update is not None:
        assert isinstance(message.session_resumption_update.last_consumed_index, int | None)
    if message.voice_activity is not None:
        assert isinstance(message.voice_activity.kind, str | None)
    if message.usage_metadata is not None:
        assert isinstance(message.usage_metadata.response_tokens, int | None)


@patient
@given(st.binary())
def test_any_bytes_are_a_message_or_an_error(frame: bytes) -> None:
    read_all_ways(frame)


@patient
@given(st.text())
def test_any_text_is_a_message_or_an_error(frame: str) -> None:
    read_all_ways(frame)


@patient
@given(JSON)
def test_any_json_is_a_message_or_an_error(value: Any) -> None:
    read_all_ways(json.dumps(value))


@patient
@given(st.sampled_from(FRAMES), st.data())
def test_a_frame_with_bytes_changed_is_a_message_or_an_error(frame: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(frame)))
        end = data.draw(st.integers(start, min(len(frame), start + 8)))
        frame = frame[:start] + data.draw(st.binary(max_size=4)) + frame[end:]
    read_all_ways(frame)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a JSON tree."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = []
    for key, inner in pairs:
        found += [(value, key), *places(inner)]
    return found


@patient
@given(st.sampled_from(FRAMES), JSON, st.data())
def test_a_frame_with_a_value_of_another_kind_is_a_message_or_an_error(
    frame: bytes, value: Any, data: st.DataObject
) -> None:
    tree = json.loads(frame)
    container, key = data.draw(st.sampled_from(places(tree)))
    container[key] = value
    read_all_ways(json.dumps(tree))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 1200), st.sampled_from(["[", '{"a":']), st.sampled_from(["args", "id", "partialArgs"]))
def test_a_deeply_nested_frame_is_a_message_or_an_error(depth: int, opening: str, key: str) -> None:
    nested = opening * depth + "1" + {"[": "]"}.get(opening, "}") * depth
    read_all_ways(f'{{"laughTrack":{nested}}}')
    read_all_ways(f'{{"toolCall":{{"functionCalls":[{{"{key}":{{"a":{nested}}}}}]}},"usageMetadata":{{"x":"1"}}}}')
    modalities = f'{{"responseModalities":{nested}}}'
    read_all_ways(f'{{"setup":{{"model":"models/m","generationConfig":{modalities}}}}}')
    read_all_ways(f'{{"tool_response":{{"functionResponses":[{{"response":{{"a":{nested}}},"id":1}}]}}}}')
