"""The short cut that nearly every frame takes: audio alone. It must find exactly what the long way finds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.link import PCM, hear_content, open_protocol, said, sound
from tests.session.strategies import server_messages
from tests.wire.frames import server
from trio_live import wire_events as wire
from trio_live.session import _protocol
from trio_live.session._translate import audio_of, translate
from trio_live.wire import Blob, Content, Part, ServerContent, ServerMessage, encode_server_message

SOUND = Blob("audio/pcm", PCM)


def audio_message(**fields: Any) -> ServerMessage:
    return server({"serverContent": {"modelTurn": said(sound()), **fields}})


def test_a_frame_of_audio_alone_takes_the_short_cut() -> None:
    assert audio_of(audio_message()) == PCM
    vertex = server({"serverContent": {"modelTurn": {"role": "model", "parts": [sound(PCM, "audio/pcm")]}}})
    assert audio_of(vertex) == PCM


@pytest.mark.parametrize(
    "extra",
    [
        {"usageMetadata": {"totalTokenCount": 1}},
        {"sessionResumptionUpdate": {"newHandle": "h"}},
        {"goAway": {"timeLeft": "50s"}},
        {"voiceActivity": {"type": "ACTIVITY_START"}},
        {"voiceActivityDetectionSignal": {"vadSignalType": "VAD_SIGNAL_TYPE_SOS"}},
        {"toolCall": {"functionCalls": [{"name": "f"}]}},
        {"toolCallCancellation": {"ids": ["a"]}},
        {"error": {"code": 503}},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_whatever_rides_beside_the_audio_is_not_lost_to_the_short_cut(extra: dict[str, Any]) -> None:
    message = server({"serverContent": {"modelTurn": said(sound())}, **extra})
    assert audio_of(message) is None


@pytest.mark.parametrize(
    "message",
    [
        ServerMessage(),
        ServerMessage(server_content=ServerContent()),
        ServerMessage(server_content=ServerContent(model_turn=Content())),
        ServerMessage(server_content=ServerContent(model_turn=Content(parts=[]))),
        ServerMessage(server_content=ServerContent(model_turn=Content(parts=[Part(text="a")]))),
        ServerMessage(server_content=ServerContent(model_turn=Content(parts=[Part(inline_data=Blob("audio/pcm"))]))),
        ServerMessage(server_content=ServerContent(model_turn=Content(parts=[Part("a", inline_data=SOUND)]))),
        ServerMessage(server_content=ServerContent(model_turn=Content(parts=[Part(inline_data=SOUND)] * 2))),
    ],
)
def test_a_frame_that_is_not_one_piece_of_audio_takes_the_long_way(message: ServerMessage) -> None:
    assert audio_of(message) is None


def test_a_part_that_was_left_out_beside_the_audio_is_still_told() -> None:
    message = server({"serverContent": {"modelTurn": said(sound(), {"inlineData": {"data": "!"}})}})
    assert message.problems
    assert audio_of(message) is None


@settings(deadline=None)
@given(server_messages(mostly_audio=st.just(True)))
def test_the_short_cut_finds_what_the_long_way_finds(message: ServerMessage) -> None:
    audio = audio_of(message)
    if audio:
        assert translate(message) == [wire.AudioData(audio)]
        assert message.error is None


@settings(deadline=None)
@given(server_messages(st.just(True)))
def test_the_short_cut_for_audio_changes_nothing_that_can_be_seen(message: ServerMessage) -> None:
    frame = encode_server_message(message)
    quick, slow = open_protocol(), open_protocol()
    for protocol in (quick, slow):
        hear_content(protocol, modelTurn=said(sound()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_protocol, "audio_of", lambda _: None)
        expected = slow.receive(frame)
    assert quick.receive(frame) == expected
    assert (quick.phase, quick.resume_handle, quick.session_id) == (slow.phase, slow.resume_handle, slow.session_id)
    assert str(quick.refusal) == str(slow.refusal)
