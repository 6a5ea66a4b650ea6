"""The short cut that nearly every frame takes: audio alone. It must find exactly what the long way finds."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.session.link import PCM, hear_content, open_protocol, said, sound
from tests.session.strategies import server_messages
from trio_live import wire_events
from trio_live.session._translate import is_audio, translate
from trio_live.wire import (
    Blob,
    Content,
    Part,
    ServerContent,
    ServerMessage,
    decode_server_message,
    encode_server_message,
)
from trio_live.wire._internal import SHORTEST, LoneBlobs

PIECE = PCM * SHORTEST
SOUND = Blob("audio/pcm", PIECE)


def audio_of(frame: str | bytes) -> bytes | None:
    """Of a frame that is the first of its kind."""
    return LoneBlobs(is_audio).of(frame)


def frame_of(message: dict[str, Any]) -> str:
    return json.dumps(message)


@pytest.mark.parametrize("as_sent", [str, str.encode], ids=["text", "binary"])
def test_a_frame_of_audio_alone_takes_the_short_cut(as_sent: Callable[[str], str | bytes]) -> None:
    google = {"serverContent": {"modelTurn": {"parts": [sound(PIECE)]}}}
    assert audio_of(as_sent(frame_of(google))) == PIECE
    vertex = {"serverContent": {"modelTurn": {"role": "model", "parts": [sound(PIECE, "audio/pcm")]}}}
    assert audio_of(as_sent(frame_of(vertex))) == PIECE


def test_a_frame_that_could_hold_a_moment_of_sound_only_is_not_looked_at() -> None:
    assert audio_of(frame_of({"serverContent": {"modelTurn": {"parts": [sound(b"abcd")]}}})) is None


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
    assert audio_of(frame_of({"serverContent": {"modelTurn": said(sound(PIECE))}, **extra})) is None
    assert audio_of(frame_of({"serverContent": {"modelTurn": said(sound(PIECE)), "brandNew": 1}})) is None


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
    assert audio_of(encode_server_message(message).decode().ljust(SHORTEST)) is None


def test_a_part_that_was_left_out_beside_the_audio_is_still_told() -> None:
    frame = frame_of({"serverContent": {"modelTurn": said(sound(PIECE), {"inlineData": {"data": "!"}})}})
    assert decode_server_message(frame).problems
    assert audio_of(frame) is None


@settings(deadline=None)
@given(server_messages(mostly_audio=st.just(True)))
def test_the_short_cut_finds_what_the_long_way_finds(message: ServerMessage) -> None:
    audio = audio_of(encode_server_message(message).decode().ljust(SHORTEST))
    if audio:
        assert translate(message) == [wire_events.AudioData(audio)]
        assert message.error is None


@settings(deadline=None)
@given(server_messages(st.just(True)))
def test_the_short_cut_for_audio_changes_nothing_that_can_be_seen(message: ServerMessage) -> None:
    frame = encode_server_message(message).ljust(SHORTEST)
    quick, slow = open_protocol(), open_protocol()
    for protocol in (quick, slow):
        hear_content(protocol, modelTurn=said(sound()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(LoneBlobs, "of", lambda *_: None)
        expected = slow.receive(frame)
    assert quick.receive(frame) == expected
    assert (quick.phase, quick.resumption.newest, quick.session_id) == (
        slow.phase,
        slow.resumption.newest,
        slow.session_id,
    )
    assert str(quick.refusal) == str(slow.refusal)
