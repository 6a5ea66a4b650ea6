from __future__ import annotations

import json
from typing import Any

import pytest

from trio_live.emulator._audio import Frame, FrameEncoder
from trio_live.emulator._faults._rewriting import INJECTIONS, OVERSIZED_BYTES, REWRITERS, injected
from trio_live.emulator._persona import EMPTY_BANK
from trio_live.emulator._service import GOOGLE_AI, VERTEX, Usage
from trio_live.errors import RemoteProtocolError
from trio_live.wire import ServerMessage, decode_server_message

ENCODER = FrameEncoder(EMPTY_BANK, text_frames=False, indent=None)


def framed(*messages: ServerMessage) -> list[Frame]:
    return [ENCODER.frame(message, "a frame") for message in messages]


TURN = framed(
    GOOGLE_AI.audio(b"\1\0", "Hello"),
    GOOGLE_AI.audio(b"\2\0", " there"),
    GOOGLE_AI.audio(b"\3\0"),
    GOOGLE_AI.generation_complete(),
    GOOGLE_AI.turn_complete(Usage(prompt_text=1)),
)


def rewritten(fault: str, frames: list[Frame] = TURN) -> list[Any]:
    rewriter = REWRITERS[fault]()
    return [json.loads(after.data) for before in frames for after in rewriter(before)]


def names(trees: list[Any]) -> list[str]:
    return ["+".join(sorted(tree.get("serverContent", tree))) for tree in trees]


def words(trees: list[Any]) -> list[str]:
    contents = [tree.get("serverContent", {}) for tree in trees]
    return [content["outputTranscription"]["text"] for content in contents if "outputTranscription" in content]


def test_split_fields_leave_one_field_to_a_frame() -> None:
    wanted = ["outputTranscription", "modelTurn"] * 2 + ["modelTurn", "generationComplete", "turnComplete"]
    assert names(rewritten("split_fields")) == wanted


def test_a_split_turn_keeps_its_bill_and_what_belongs_to_its_end() -> None:
    (tree,) = rewritten("split_fields", framed(VERTEX.turn_complete(Usage(prompt_text=1), "IDLE")))
    assert tree["usageMetadata"]["promptTokenCount"] == 1
    assert tree["serverContent"] == {"turnComplete": True, "groundingMetadata": {}, "interactionStatus": "IDLE"}


def test_merged_frames_hold_what_they_can() -> None:
    apart = [
        *framed(VERTEX.output_transcript("Hello"), VERTEX.audio(b"\1\0"), VERTEX.generation_complete()),
        *framed(VERTEX.turn_complete(Usage())),
    ]
    merged = names(rewritten("merge_fields", apart))
    assert merged == ["modelTurn+outputTranscription", "generationComplete+groundingMetadata+turnComplete"]


def test_frames_with_the_same_field_are_not_merged() -> None:
    frames = framed(VERTEX.output_transcript("one"), VERTEX.output_transcript("two"), VERTEX.audio(b"\1\0"))
    assert names(rewritten("merge_fields", frames)) == ["outputTranscription", "modelTurn+outputTranscription"]


def test_doubled_transcripts_come_twice() -> None:
    assert words(rewritten("duplicate_transcripts")) == ["Hello", "Hello", " there", " there"]


def test_reordered_transcripts_lose_nothing() -> None:
    trees = rewritten("reorder_transcripts")
    assert words(trees) == [" there", "Hello"]
    assert names(trees)[-2:] == ["generationComplete", "turnComplete"]


def test_a_lonely_piece_of_a_transcript_comes_before_the_end() -> None:
    trees = rewritten("reorder_transcripts", framed(VERTEX.output_transcript("one"), VERTEX.generation_complete()))
    assert names(trees) == ["outputTranscription", "generationComplete"]


def test_late_transcripts_come_after_their_turn() -> None:
    trees = rewritten("late_transcripts")
    assert names(trees)[-3:] == ["turnComplete", "outputTranscription", "outputTranscription"]
    assert words(trees) == ["Hello", " there"]


def test_text_frames_are_text() -> None:
    rewriter = REWRITERS["text_frames"]()
    assert all(isinstance(after.data, str) for before in TURN for after in rewriter(before))


@pytest.mark.parametrize("fault", REWRITERS)
def test_the_speech_survives_everything(fault: str) -> None:
    parts = [
        part["inlineData"]["data"]
        for tree in rewritten(fault)
        for part in tree.get("serverContent", {}).get("modelTurn", {}).get("parts", ())
    ]
    assert parts == ["AQA=", "AgA=", "AwA="]


@pytest.mark.parametrize("frame", [*TURN, *framed(GOOGLE_AI.activity("ACTIVITY_START", 1.0))])
def test_unknown_things_can_be_read_past(frame: Frame) -> None:
    for after in REWRITERS["unknown_enums"]()(frame):
        message = decode_server_message(after.data)
        assert message.unknown is None
        assert message.problems is None
        assert b"OF_THE_FUTURE" in bytes(after.data) or "turn_complete" not in frame.kinds  # type: ignore[arg-type]


@pytest.mark.parametrize("fault", INJECTIONS)
def test_an_injected_frame_is_a_frame_nobody_expects(fault: str) -> None:
    frame = injected(fault)
    assert fault.replace("_", " ") in frame.summary
    if fault == "garbage":
        with pytest.raises(RemoteProtocolError):
            decode_server_message(frame.data)
    else:
        decode_server_message(frame.data)
    if fault == "oversized":
        assert len(frame.data) > OVERSIZED_BYTES
