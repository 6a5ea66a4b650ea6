"""Asterisk's sides complain of what Asterisk would not take."""

from __future__ import annotations

import pytest

from trio_live.phone._internal import Frame
from trio_live.testing.phone._asterisk_sides import MOST_BYTES, AsteriskWebSocketSide, AudioSocketSide
from trio_live.testing.phone._far_sides import FarSide, HangUp, Play


def test_audiosocket_is_read_however_it_is_cut() -> None:
    side, data = AudioSocketSide(), b"\x10\x00\x02ab\x00\x00\x00"
    assert [order for at in range(len(data)) for order in side.orders(data[at : at + 1])] == [Play(b"ab"), HangUp()]


def test_what_is_no_uuid_is_made_into_one() -> None:
    (frame,) = AudioSocketSide().start("a call", {})
    assert isinstance(frame, bytes)
    assert len(frame) == 19


def test_audiosocket_has_no_marks() -> None:
    with pytest.raises(AssertionError, match="no marks"):
        AudioSocketSide().played("0:100")


@pytest.mark.parametrize(
    ("side", "frame", "words"),
    [
        (AudioSocketSide(), "text", "no text"),
        (AudioSocketSide(), b"\x12\x00\x02ab", "sound of another kind"),
        (AsteriskWebSocketSide(), bytes(100), "what fills no frame is dropped"),
        (AsteriskWebSocketSide(), bytes(160 * (MOST_BYTES // 160 + 1)), "closes the connection"),
        (AsteriskWebSocketSide(), "flush_media", "no such command"),
    ],
    ids=["text", "another kind", "half a frame", "too long", "small letters"],
)
def test_what_asterisk_would_not_take_is_a_complaint(side: FarSide, frame: Frame, words: str) -> None:
    with pytest.raises(AssertionError, match=words):
        side.orders(frame)
