"""What client frames become, and what is sent for them."""

from __future__ import annotations

from tests.wire.frames import client, example, written
from trio_live.wire import (
    AUDIO_INPUT_MIME,
    Blob,
    ClientContent,
    ClientMessage,
    Content,
    ContextUpdate,
    FunctionResponse,
    FunctionResponsePart,
    Marker,
    Part,
    RealtimeInput,
    Tool,
    ToolList,
    ToolResponse,
)


def test_the_snake_case_audio_of_the_official_client_is_audio() -> None:
    message = client(example("audio chunk, URL-safe base64 and snake_case (official client)"))
    blob = Blob(AUDIO_INPUT_MIME, b"\xfb\xef\xff\xfe")
    assert message == ClientMessage(realtime_input=RealtimeInput(audio=blob))
    assert written(message) == {"realtimeInput": {"audio": {"mimeType": AUDIO_INPUT_MIME, "data": "++///g=="}}}


def test_activity_marks_are_empty_objects() -> None:
    assert written(ClientMessage(realtime_input=RealtimeInput(activity_start=Marker()))) == {
        "realtimeInput": {"activityStart": {}}
    }
    assert client(example("activity end")) == ClientMessage(realtime_input=RealtimeInput(activity_end=Marker()))


def test_history_keeps_its_turns_in_order() -> None:
    message = client(example("seed history ending with a model turn"))
    turns = [Content.of("My name is Ana."), Content.of("Hi Ana.", "model")]
    assert message == ClientMessage(client_content=ClientContent(turns, turn_complete=False))


def test_false_is_sent_and_absent_is_not() -> None:
    assert written(ClientMessage(client_content=ClientContent(turn_complete=False))) == {
        "clientContent": {"turnComplete": False}
    }
    assert written(ClientMessage(client_content=ClientContent())) == {"clientContent": {}}


def test_a_result_may_be_empty_and_may_carry_an_image() -> None:
    end = client(example("streaming result, end")).tool_response
    answer = FunctionResponse("fc_2", "book_flight", {}, will_continue=False)
    assert end == ToolResponse([answer])
    image = client(example("result with an image")).tool_response
    assert image is not None
    assert image.function_responses is not None
    picture = Blob("image/png", b"\x89PNG\r\n")
    assert image.function_responses[0].parts == [FunctionResponsePart(inline_data=picture)]


def test_tools_are_cleared_with_an_empty_list() -> None:
    assert client(example("clear tools")) == ClientMessage(context_update=ContextUpdate(tools=ToolList([])))
    replaced = client(example("replace tools (note the double key)"))
    assert replaced == ClientMessage(context_update=ContextUpdate(tools=ToolList([Tool(google_search={})])))


def test_a_part_may_point_to_a_file() -> None:
    message = client(example("file by URI")).client_content
    assert message is not None
    assert message.turns is not None
    (part,) = message.turns[0].parts or []
    assert isinstance(part, Part)
    assert part.file_data is not None
    assert part.file_data.file_uri == "gs://b/o.png"
