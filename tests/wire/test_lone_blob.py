"""Frames of nothing but one blob: what is found without parsing is what parsing finds."""

from __future__ import annotations

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.wire.strategies import server_messages
from trio_live.wire import (
    Blob,
    Content,
    Part,
    ServerContent,
    ServerMessage,
    decode_server_message,
    encode_server_message,
)
from trio_live.wire._internal import LoneBlobs
from trio_live.wire._lone_blob import decode_lone_blob

SOUND = bytes(range(256))


def frame(data: bytes, *, head: bytes = b'"mimeType":"audio/pcm;rate=24000",', tail: bytes = b"") -> bytes:
    return (
        b'{"serverContent":{"modelTurn":{"parts":[{"inlineData":{' + head + b'"data":"' + data + b'"' + tail + b"}}]}}}"
    )


def text(blob: bytes) -> bytes:
    return base64.b64encode(blob)


def new_blobs() -> LoneBlobs:
    return LoneBlobs(lambda _: True, shortest=0)


def by_the_decoder(sent: bytes | str) -> bytes | None:
    found = decode_lone_blob(sent)
    return found and found[1]


def that_know(first: bytes) -> LoneBlobs:
    blobs = new_blobs()
    blobs.of(first)
    return blobs


@given(server_messages)
def test_a_lone_blob_is_found_where_the_long_way_finds_nothing_else(message: ServerMessage) -> None:
    sent = encode_server_message(message)
    found = decode_lone_blob(sent)
    if found is not None:
        read = decode_server_message(sent)
        content = read.server_content
        assert content is not None
        assert content.model_turn is not None
        parts = [Part(inline_data=Blob(*found))]
        turn = Content(parts=parts, role=content.model_turn.role)
        assert read == ServerMessage(server_content=ServerContent(model_turn=turn))


@given(server_messages, server_messages)
def test_a_frame_is_read_alike_whatever_came_before(first: ServerMessage, second: ServerMessage) -> None:
    sent = encode_server_message(second)
    assert that_know(encode_server_message(first)).of(sent) == by_the_decoder(sent)


PIECES = st.sampled_from(
    [b"A", b"Q", b"/", b"+", b"=", b"-", b"_", b'"', b"\\", b"\\u0041", b" ", b"\n", b"\xff", b"}", b","]
)


@given(st.lists(PIECES, max_size=12).map(b"".join) | st.binary(max_size=40) | st.binary(max_size=40).map(text))
@example(b"")
@example(b"QQ")
@example(b"QR==")
@example(b"Q===")
@example(b"QUFB\n")
@example(b'QUFB","data":"QkJC')
@example(b'QUFB","mimeType":"text/plain')
def test_whatever_stands_in_the_place_of_the_sound_is_read_as_the_decoder_reads_it(middle: bytes) -> None:
    sent = frame(middle)
    assert that_know(frame(text(SOUND))).of(sent) == by_the_decoder(sent)


@given(st.integers(0, 400), st.integers(0, 400), st.binary(max_size=3))
def test_a_frame_that_was_cut_is_read_as_the_decoder_reads_it(start: int, stop: int, between: bytes) -> None:
    whole = frame(text(SOUND))
    sent = whole[:start] + between + whole[stop:]
    assert that_know(whole).of(sent) == by_the_decoder(sent)


def test_where_head_and_tail_overlap_there_is_no_blob() -> None:
    known = frame(text(SOUND))
    head, _, tail = known.partition(text(SOUND))
    assert that_know(known).of(head[:-1] + tail) is None


@pytest.mark.parametrize(
    "first",
    [
        frame(text(SOUND), head=b'"mimeType":"audio/AAAA","data":"AAAA",'),
        frame(b"AAAA", head=b'"mimeType":"audio/AAAA",'),
        frame(b"AAAA", head=b'"mimeType":"a","data":"AAAA",'),
        frame(b"AAAA", tail=b', "mimeType": "audio/AAAA"'),
        frame(b"AAAA", head=b'"mimeType":"\\"data\\":\\"AAAA",'),
        frame(b"", head=b'"mimeType":"a",'),
        frame(b"QUF\\u0042", head=b'"mimeType":"a",'),
    ],
)
def test_a_frame_that_says_things_twice_teaches_nothing_wrong(first: bytes) -> None:
    blobs = that_know(first)
    for sent in (first.replace(b"AAAA", b"BBBB", 1), frame(text(SOUND)), first[::-1], first.replace(b"AAAA", b"CCCC")):
        assert blobs.of(sent) == by_the_decoder(sent)


def test_text_is_read_as_well() -> None:
    sent = frame(text(SOUND)).decode()
    assert that_know(frame(text(SOUND))).of(sent) == new_blobs().of(sent) == SOUND


def test_a_known_frame_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = that_know(frame(text(SOUND)))
    monkeypatch.setattr("trio_live.wire._lone_blob.decode_lone_blob", None)
    assert blobs.of(frame(text(SOUND * 3))) == SOUND * 3


def test_a_blob_of_another_kind_is_left_to_the_long_way() -> None:
    pictures = LoneBlobs(lambda kind: kind.startswith("image/"), shortest=0)
    picture = frame(text(SOUND), head=b'"mimeType":"image/png",')
    for sent in (frame(text(SOUND)), picture, frame(text(SOUND)), picture):
        assert pictures.of(sent) == (SOUND if sent is picture else None)


def test_a_short_frame_is_left_to_the_long_way() -> None:
    sent = frame(text(SOUND))
    assert LoneBlobs(lambda _: True, shortest=len(sent) + 1).of(sent) is None
    assert LoneBlobs(lambda _: True, shortest=len(sent)).of(sent) == SOUND
