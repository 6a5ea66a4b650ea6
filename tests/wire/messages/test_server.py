"""What server frames become: the typed values that the rest of the program reads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wire.frames import example, server
from trio_live.wire import (
    Blob,
    Content,
    FunctionCall,
    GoAway,
    Part,
    PartialArg,
    ServerContent,
    ServerMessage,
    SessionResumptionUpdate,
    SetupComplete,
    ToolCall,
    ToolCallCancellation,
    Transcription,
    UsageMetadata,
    VoiceActivity,
    Word,
    seconds,
)

PCM = bytes([0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0])


def content(note: str) -> ServerContent:
    found = server(example(note)).server_content
    assert found is not None
    return found


def test_an_open_session_has_an_id_on_vertex_and_none_on_google_ai() -> None:
    assert server(example("Google AI")).setup_complete == SetupComplete()
    vertex = server(example("Vertex")).setup_complete
    assert vertex == SetupComplete(session_id="df14c3dc-e2a4-434f-874a-a7eafeda80e9")


def test_audio_arrives_as_bytes_in_both_dialects() -> None:
    google_ai = content("audio, Google AI").model_turn
    vertex = content("audio, Vertex: role and bare mime type").model_turn
    assert google_ai == Content(parts=[Part(inline_data=Blob("audio/pcm;rate=24000", PCM))])
    assert vertex == Content(role="model", parts=[Part(inline_data=Blob("audio/pcm", PCM))])


def test_one_frame_may_hold_audio_and_its_transcript() -> None:
    both = content("audio and transcript in one frame (3.1+)")
    assert both.model_turn is not None
    assert both.output_transcription == Transcription(text=" foggy")


def test_thoughts_are_told_from_the_answer() -> None:
    turn = content("thought then answer").model_turn
    assert turn is not None
    assert turn.parts is not None
    assert [(part.thought, part.text) for part in turn.parts] == [
        (True, "**Planning**\n\nI will greet."),
        (None, "Hello."),
    ]


def test_an_empty_text_is_not_an_absent_one() -> None:
    turn = content("thought signature, empty text").model_turn
    assert turn == Content(parts=[Part(text="", thought_signature=b"\x01\xb0\x9d")])


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("ODD: empty serverContent, sign of life", ServerContent()),
        ("ODD: modelTurn without parts", ServerContent(model_turn=Content())),
        ("ODD: parts empty", ServerContent(model_turn=Content(parts=[]))),
        ("ODD: part with no known field", ServerContent(model_turn=Content(parts=[Part()]))),
        ("output transcript, Vertex start marker", ServerContent(output_transcription=Transcription())),
        ("output transcript, Vertex end marker", ServerContent(output_transcription=Transcription(finished=True))),
        ("interrupted and turn end together", ServerContent(interrupted=True, turn_complete=True)),
        (
            "turn end with reason and waiting",
            ServerContent(turn_complete=True, turn_complete_reason="NEED_MORE_INPUT", waiting_for_input=True),
        ),
        ("extended thinking: idle", ServerContent(turn_complete=True, interaction_status="IDLE")),
        ("ODD: unknown enum value", ServerContent(turn_complete=True, turn_complete_reason="SOMETHING_NEW")),
        ("ODD: nulls", ServerContent(turn_complete=True)),
        (
            "interim and final in one frame",
            ServerContent(
                interim_input_transcription=Transcription(text="hello worl"),
                input_transcription=Transcription(text="Hello world."),
            ),
        ),
    ],
)
def test_server_content_keeps_what_its_presence_says(note: str, expected: ServerContent) -> None:
    assert content(note) == expected


def test_words_carry_their_offsets() -> None:
    heard = content("transcript with words and offsets").input_transcription
    assert heard is not None
    assert heard.words == [Word("hi", "0.100s", "0.350s"), Word("you", "0.400s")]
    assert heard.speaker_label == "spk_1"
    assert (seconds(heard.start_offset), seconds(heard.end_offset)) == (0.1, 0.9)


def test_parallel_calls_keep_their_order_ids_and_arguments() -> None:
    call = server(example("two parallel calls, 2.5 id style, args key order and types free")).tool_call
    assert call == ToolCall(
        [
            FunctionCall(
                "function-call-3225422447732038294", "record_reading", {"zqx_measurement": 5, "qbf_note": "steady"}
            ),
            FunctionCall("function-call-3225422447732038295", "list_rooms", {}),
        ]
    )


def test_a_call_needs_neither_arguments_nor_an_id() -> None:
    call = server(example("ODD: call without args and without id")).tool_call
    assert call == ToolCall([FunctionCall(name="list_rooms")])


def test_arguments_may_be_streamed() -> None:
    call = server(example("Vertex streaming arguments")).tool_call
    assert call is not None
    assert call.function_calls is not None
    partial = PartialArg(json_path="$.city", string_value="Lon", will_continue=True)
    assert call.function_calls[0].partial_args == [partial]


def test_a_cancellation_is_not_a_call() -> None:
    message = server(example("cancelled calls"))
    assert message.tool_call is None
    assert message.tool_call_cancellation == ToolCallCancellation(["fc_1", "fc_2"])


@pytest.mark.parametrize(
    ("frame", "left"),
    [
        (example("go away"), 50.0),
        (example("go away with fraction"), 9.999),
        (example("ODD: go away without time"), None),
        ({"goAway": {"timeLeft": {"seconds": 5, "nanos": 0}}}, 5.0),
        ({"goAway": {"timeLeft": "any moment"}}, None),
        ({"goAway": {"timeLeft": None}}, None),
        ({"goAway": {"timeLeft": [1]}}, None),
    ],
)
def test_go_away_tells_the_seconds_left_where_it_can(frame: dict[str, Any], left: float | None) -> None:
    go_away = server(frame).go_away
    assert isinstance(go_away, GoAway)
    assert go_away.seconds_left == left


@pytest.mark.parametrize(
    ("index", "read"), [("17", 17), (17, 17), (17.0, 17), ("seventeen", None), (None, None), ("", None)]
)
def test_the_last_consumed_index_is_read_in_both_forms(index: Any, read: int | None) -> None:
    frame = {"sessionResumptionUpdate": {"newHandle": "h2", "lastConsumedClientMessageIndex": index}}
    update = server(frame).session_resumption_update
    assert update is not None
    assert update.new_handle == "h2"
    assert update.last_consumed_index == read


def test_a_handle_that_cannot_be_used_says_so() -> None:
    assert server(example("not resumable now")).session_resumption_update == SessionResumptionUpdate(resumable=False)
    assert server(example("not resumable, all defaults omitted")).session_resumption_update == SessionResumptionUpdate()


@pytest.mark.parametrize(
    ("frame", "kind"),
    [
        ({"type": "ACTIVITY_START"}, "ACTIVITY_START"),
        ({"voiceActivityType": "ACTIVITY_END"}, "ACTIVITY_END"),
        ({"type": "VOICE_ACTIVITY_START"}, "ACTIVITY_START"),
        ({"voiceActivityType": "VOICE_ACTIVITY_END"}, "ACTIVITY_END"),
        ({"type": "ACTIVITY_START", "voiceActivityType": "ACTIVITY_END"}, "ACTIVITY_START"),
        ({"type": "TYPE_UNSPECIFIED"}, "TYPE_UNSPECIFIED"),
        ({"type": "HUMMING"}, "HUMMING"),
        ({"type": 1}, "1"),
        ({}, None),
    ],
)
def test_voice_activity_is_read_under_both_keys_and_both_spellings(frame: dict[str, Any], kind: str | None) -> None:
    activity = server({"voiceActivity": frame}).voice_activity
    assert isinstance(activity, VoiceActivity)
    assert activity.kind == kind


def test_several_messages_in_one_frame_are_all_read() -> None:
    message = server(example("ODD: two union fields in one frame"))
    assert message == ServerMessage(
        session_resumption_update=SessionResumptionUpdate("h3", resumable=True),
        server_content=ServerContent(turn_complete=True),
    )
    message = server(example("ODD: tool call with usage"))
    assert message == ServerMessage(
        tool_call=ToolCall([FunctionCall("fc_9", "f", {})]), usage_metadata=UsageMetadata(total_token_count=9)
    )


def test_grounding_keeps_its_pieces() -> None:
    grounding = content("grounding").grounding_metadata
    assert grounding is not None
    assert grounding.web_search_queries == ["fog london"]
    assert grounding.grounding_chunks == [{"web": {"uri": "https://example.com/a", "title": "example.com"}}]


def test_an_error_frame_is_a_message_like_any_other() -> None:
    error = server(example("ODD: gateway error frame")).error
    assert error is not None
    assert (error.code, error.status) == (400, "INVALID_ARGUMENT")
