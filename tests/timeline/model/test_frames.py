"""What a frame is called, and what is shown of it."""

from __future__ import annotations

import json

import pytest

from tests.timeline.frames import LOUD_USER, calls, content, heard, mic, ours, said, setup, theirs
from trio_live.recording import WireEntry
from trio_live.timeline._model._frames import MOST_SHOWN, decoded, shown, titles_of_ours, titles_of_server
from trio_live.wire import decode_client_message, decode_server_message


def test_sound_is_left_out_and_told_by_its_size() -> None:
    found = json.loads(shown(mic(0).payload))
    assert found["realtimeInput"]["audio"]["data"] == f"({len(LOUD_USER)} bytes)"
    assert found["realtimeInput"]["audio"]["mimeType"] == "audio/pcm;rate=16000"


def test_words_stay_whatever_they_look_like() -> None:
    text = '{"data": "AAAAAAAAAAAAAAAAAAAAAAAA"} and more'
    assert json.loads(shown(said(0, text).payload))["serverContent"]["outputTranscription"]["text"] == text


@pytest.mark.parametrize("payload", [b"", b"no json", b"\xff\xfe", b"[" * 5000], ids=["empty", "text", "bytes", "deep"])
def test_what_is_no_json_becomes_a_string(payload: bytes) -> None:
    assert isinstance(json.loads(shown(payload)), str)


def test_what_nobody_reads_is_cut() -> None:
    text = json.loads(shown(said(0, "a" * 3 * MOST_SHOWN).payload))
    assert len(text) < MOST_SHOWN + 100


def kinds(entry: WireEntry) -> list[tuple[str, str]]:
    if entry.direction == "out":
        client = decoded(decode_client_message, entry.payload)
        return list(titles_of_ours(client)) if client is not None else []
    server = decoded(decode_server_message, entry.payload)
    return list(titles_of_server(server)) if server is not None else []


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (setup(), [("setup", "setup of models/gemini-3.8-live")]),
        (mic(0), [("audio", "sound")]),
        (ours(0, {"realtimeInput": {"text": "hi"}}), [("text", "hi")]),
        (ours(0, {"realtimeInput": {"activityStart": {}}}), [("activity", "activity start")]),
        (ours(0, {"clientContent": {"turns": [{"parts": [{"text": "hi"}]}]}}), [("content", "hi")]),
        (theirs(0, {"setupComplete": {}}), [("setup", "setup complete")]),
        (calls(0, name="look"), [("tool", "calls look")]),
        (theirs(0, {"toolCallCancellation": {"ids": ["a"]}}), [("tool", "cancels a")]),
        (theirs(0, {"goAway": {"timeLeft": "5s"}}), [("goAway", "the connection ends in 5 s")]),
        (heard(0, "a b"), [("transcript", "user: a b")]),
        (content(0, interrupted=True, turnComplete=True), [("interrupted", "interrupted"), ("turn", "turn complete")]),
        (theirs(0, {"usageMetadata": {"totalTokenCount": 7}}), [("usage", "7 tokens")]),
        (theirs(0, {"strange": 1}), [("unknown", "a message of a kind that is not known")]),
        (theirs(0, b"no json"), []),
    ],
    ids=lambda value: value[0][0] if isinstance(value, list) and value else None,
)
def test_a_message_is_called_by_what_is_in_it(frame: WireEntry, expected: list[tuple[str, str]]) -> None:
    assert kinds(frame) == expected
