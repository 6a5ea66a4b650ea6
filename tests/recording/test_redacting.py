from __future__ import annotations

import base64
import json
from typing import Any

from hypothesis import given

from trio_live.recording import WireDirection, WireEntry, redact_recording
from trio_live.recording._entries import close_payload
from trio_live.testing.strategies import json_values

IN = WireDirection.IN


def redacted(*frames: Any) -> list[Any]:
    entries = [WireEntry(1, IN, 0, json.dumps(frame).encode()) for frame in frames]
    return [json.loads(entry.payload) for entry in redact_recording(entries)]


def test_voices_become_silence_of_the_same_length() -> None:
    blob = {"mimeType": "audio/pcm;rate=24000", "data": base64.b64encode(b"\x01\x02" * 960).decode()}
    (found,) = redacted({"serverContent": {"modelTurn": {"parts": [{"inlineData": blob}]}}})
    data = found["serverContent"]["modelTurn"]["parts"][0]["inlineData"]
    assert data["mimeType"] == "audio/pcm;rate=24000"
    assert base64.b64decode(data["data"]) == bytes(1920)
    assert redacted({"data": "no base64!"}) == [{"data": ""}]


def test_long_numbers_are_masked_wherever_they_stand() -> None:
    assert redacted(
        {"serverContent": {"inputTranscription": {"text": "My card is 4111 1111-1111 1111, from 2026."}}},
        {
            "toolCall": {
                "functionCalls": [{"id": "12345678", "name": "pay", "args": {"card": "41111111", "n": 41111111}}]
            }
        },
        {"usageMetadata": {"totalTokenCount": 123456}},
    ) == [
        {"serverContent": {"inputTranscription": {"text": "My card is [redacted number], from 2026."}}},
        {
            "toolCall": {
                "functionCalls": [{"id": "12345678", "name": "pay", "args": {"card": "[redacted number]", "n": 0}}]
            }
        },
        {"usageMetadata": {"totalTokenCount": 123456}},
    ]


def test_handles_keep_telling_the_same_one_from_another() -> None:
    frames = [{"newHandle": "abc"}, {"newHandle": "def"}, {"handle": "abc"}, {"sessionId": "s"}]
    assert redacted(*frames) == [
        {"newHandle": "redacted-1"},
        {"newHandle": "redacted-2"},
        {"handle": "redacted-1"},
        {"sessionId": "redacted-3"},
    ]


def test_the_code_of_an_end_stays() -> None:
    (entry,) = redact_recording([WireEntry(1, WireDirection.CLOSE, 5, close_payload(1008, "key 123456789"))])
    assert entry == WireEntry(1, WireDirection.CLOSE, 5, b"1008 key [redacted number]")


def test_what_cannot_be_read_is_emptied() -> None:
    (entry,) = redact_recording([WireEntry(1, IN, 5, b"secret")])
    assert entry.payload == b""


@given(json_values())
def test_redacting_again_changes_nothing(frame: Any) -> None:
    once = redacted(frame)
    assert redacted(*once) == once
