from __future__ import annotations

import pytest

from trio_live.emulator._service import LIMITS, refuse_bulk, refuse_text
from trio_live.wire import Blob, ClientContent, ClientMessage, Content, Part, RealtimeInput, Setup

MOST = LIMITS["objects"].most
LETTERS = LIMITS["text"].most


@pytest.mark.parametrize("frame", ["{" * (MOST + 1), b"{" * (MOST + 1)])
def test_more_objects_than_anybody_sends_are_refused_before_they_are_parsed(frame: bytes | str) -> None:
    refusal = refuse_bulk(frame)
    assert refusal is not None
    assert (refusal.code, refusal.reason) == (1009, "The message is too large: 5001 braces, of which 5000 are taken.")
    assert refuse_bulk(frame[:-1]) is None


def test_long_words_are_refused_and_long_sound_is_not() -> None:
    words = ClientMessage(client_content=ClientContent(turns=[Content.of("x" * LETTERS)]))
    refusal = refuse_text(words, LETTERS + 100)
    assert refusal is not None
    assert refusal.code == 1009
    sound = b"x" * 3 * LETTERS
    spoken = ClientMessage(realtime_input=RealtimeInput(audio=Blob("audio/pcm", sound)))
    assert refuse_text(spoken, 4 * LETTERS + 100) is None
    picture = ClientContent(turns=[Content(parts=[Part(inline_data=Blob("image/png", sound))])])
    assert refuse_text(ClientMessage(client_content=picture), 4 * LETTERS + 100) is None
    assert refuse_text(ClientMessage(setup=Setup(model="m")), 4 * LETTERS) is None
