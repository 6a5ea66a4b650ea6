"""chan_websocket, in words and in JSON."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.phone import ASTERISK_WEBSOCKET, AudioFormat
from trio_live.phone._dialects import NotADialect, PhoneEvent, Sound, Started, Told
from trio_live.phone._dialects._events import Played, Pressed

START = "MEDIA_START connection_id:a channel:b channel_id:1.2 format:{} optimal_frame_size:{} ptime:20"


@pytest.mark.parametrize(
    ("name", "rate", "size"),
    [("ulaw", 8_000, 160), ("alaw", 8_000, 160), ("slin", 8_000, 320), ("slin16", 16_000, 640)],
)
def test_the_format_of_the_channel_is_that_of_the_call(name: str, rate: int, size: int) -> None:
    (started,) = ASTERISK_WEBSOCKET.protocol(None).receive(START.format(name, size))
    assert isinstance(started, Started)
    assert started.format == AudioFormat(name, rate)
    assert started.format.frame_bytes == started.frame_bytes == size
    assert started.call_id == "1.2"


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (START.format("opus", 160), "dial with c(ulaw)"),
        ("hello there", "no event"),
        ("", "no event"),
        ("{no", "no JSON"),
        ("{}", 'without a string "event"'),
        ("DTMF_END digit:hello", "a key that no phone has: 'hello'"),
        ('{"event": "DTMF_END"}', "a key that no phone has: ''"),
    ],
)
def test_what_no_phone_says_is_refused_with_the_reason(frame: str, words: str) -> None:
    with pytest.raises(NotADialect) as refused:
        ASTERISK_WEBSOCKET.protocol(None).receive(frame)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        ('{"event": "DTMF_END", "digit": 5}', Pressed("5")),
        ('{"event": "MEDIA_MARK_PROCESSED", "correlation_id": 5}', Played("5")),
        ('{"event": "ERROR", "error_text": 5}', Told("Asterisk complains: 5")),
    ],
)
def test_a_number_where_a_word_belongs_is_read_as_one(frame: str, event: PhoneEvent) -> None:
    assert ASTERISK_WEBSOCKET.protocol(None).receive(frame) == (event,)


def test_a_size_that_is_no_number_is_as_none() -> None:
    (started,) = ASTERISK_WEBSOCKET.protocol(None).receive(START.format("ulaw", "²"))
    assert isinstance(started, Started)
    assert started.frame_bytes is None


@given(st.text(max_size=40) | st.text(max_size=30).map(lambda text: "{" + text) | st.binary(max_size=40))
def test_nothing_but_a_refusal_comes_of_anything(frame: str | bytes) -> None:
    with suppress(NotADialect):
        (event,) = ASTERISK_WEBSOCKET.protocol(None).receive(frame)
        assert isinstance(event, Sound) is isinstance(frame, bytes)
