"""The two tables of messages."""

from __future__ import annotations

import json
import struct
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.web._messages import (
    FROM_PAGE,
    TO_PAGE,
    Bye,
    Drained,
    Flushed,
    Garbage,
    MicrophoneOff,
    Played,
    Said,
    Typed,
    read_message,
    write_message,
    write_sound,
)

EXAMPLES = {
    "text": ({"text": "Hello"}, Typed("Hello")),
    "played": ({"epoch": 2, "ms": 120.5}, Played(2, 120.5)),
    "drained": ({"epoch": 2, "ms": 400}, Drained(2, 400)),
    "flushed": ({"epoch": 0, "ms": 0}, Flushed(0, 0)),
    "microphone_off": ({}, MicrophoneOff()),
    "bye": ({}, Bye()),
}


@pytest.mark.parametrize("kind", FROM_PAGE)
def test_each_message_of_a_page_is_read(kind: str) -> None:
    fields, expected = EXAMPLES[kind]
    assert read_message(json.dumps({"type": kind, **fields})) == expected  # type: ignore[dict-item]


def test_sound_is_read() -> None:
    assert read_message(b"\1\0\2\0") == Said(b"\1\0\2\0")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("", "it is no JSON"),
        ("[" * 5000, "it is no JSON"),
        ("[]", "it is no JSON object"),
        ("{}", "None is no type of message; there are text, played"),
        ('{"type": "hello"}', "'hello' is no type of message"),
        ('{"type": ["text"]}', "is no type of message"),
        ('{"type": "text"}', "text has the fields text; 'text' is missing or strange"),
        ('{"type": "bye", "x": 1}', "bye has the fields none; 'x' is missing or strange"),
        ('{"type": "text", "text": "  "}', "text of text must be text of 1 to 4000 characters"),
        ('{"type": "text", "text": 7}', "text of text must be text"),
        ('{"type": "played", "epoch": -1, "ms": 0}', "epoch of played must be a whole number from 0"),
        ('{"type": "played", "epoch": true, "ms": 0}', "epoch of played must be a whole number from 0"),
        ('{"type": "played", "epoch": 0, "ms": NaN}', "ms of played must be milliseconds"),
        ('{"type": "played", "epoch": 0, "ms": 1e300}', "ms of played must be milliseconds"),
        (b"", "not in 0"),
        (b"\0", "not in 1"),
        (bytes(32_002), "not in 32002"),
    ],
    ids=range(17),
)
def test_garbage_is_told(message: str | bytes, words: str) -> None:
    with pytest.raises(Garbage) as caught:
        read_message(message)
    assert words in str(caught.value)


@given(st.text() | st.binary() | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_anything_is_a_message_or_garbage(message: str | bytes) -> None:
    with suppress(Garbage):
        read_message(message)


@given(st.dictionaries(st.sampled_from(["type", "epoch", "ms", "text"]), st.sampled_from(["played", 1, None, [], {}])))
def test_any_fields_are_a_message_or_garbage(found: dict[str, Any]) -> None:
    with suppress(Garbage):
        read_message(json.dumps(found))


def test_messages_to_the_page_follow_the_table() -> None:
    assert json.loads(write_message("flush", epoch=3)) == {"type": "flush", "epoch": 3}
    for kind, fields in (("flush", {}), ("flush", {"epoch": 1, "more": 2}), ("fly", {})):
        with pytest.raises(ValueError, match="not in the table"):
            write_message(kind, **fields)
    assert all(about.endswith(".") for about, _ in TO_PAGE.values())


def test_sound_to_the_page_bears_its_epoch() -> None:
    assert write_sound(258, b"\5\6") == struct.pack("<I", 258) + b"\5\6" == b"\2\1\0\0\5\6"
