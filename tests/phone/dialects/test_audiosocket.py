"""AudioSocket, however its bytes are cut."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.phone import AUDIOSOCKET, AudioFormat
from trio_live.phone._dialects import NotADialect, PhoneEvent, Pressed, Sound, Started, Stopped

CALL = b"\x01\x00\x10" + bytes(range(16)) + b"\x10\x01\x40" + bytes(320) + b"\x03\x00\x015" + b"\x00\x00\x00"
ID = "00010203-0405-0607-0809-0a0b0c0d0e0f"
MEANS = [
    Started(call_id=ID, stream_id=ID, format=AudioFormat("slin")),
    Sound(bytes(320)),
    Pressed("5"),
    Stopped("the phone hung up"),
]


@given(st.lists(st.integers(1, 60), max_size=20))
def test_what_it_says_does_not_depend_on_how_it_is_cut(sizes: list[int]) -> None:
    protocol, found, at = AUDIOSOCKET.protocol(None), list[PhoneEvent](), 0
    for size in [*sizes, len(CALL)]:
        found += protocol.receive(CALL[at : at + size])
        at += size
    assert found == MEANS


BAD = {
    "HTTP": (b"GET / HTTP/1.1\r\n", "begins with its UUID"),
    "sound first": (b"\x10\x00\x02\x00\x00", "begins with its UUID"),
    "a short UUID": (b"\x01\x00\x04abcd", "begins with its UUID"),
    "another UUID": (CALL[:19] * 2, "type 0x01 with 16 bytes"),
    "an unknown type": (CALL[:19] + b"\x42\x00\x00", "type 0x42 with 0 bytes"),
    "two keys at once": (CALL[:19] + b"\x03\x00\x0212", "type 0x03 with 2 bytes"),
    "a key that no phone has": (CALL[:19] + b"\x03\x00\x01x", "no phone has: 'x'"),
    "sound of another rate": (CALL[:19] + b"\x12\x00\x02\0\0", "see Dialect.sending"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_phone_says_is_refused_with_the_reason(name: str) -> None:
    data, words = BAD[name]
    with pytest.raises(NotADialect) as refused:
        AUDIOSOCKET.protocol(None).receive(data)
    assert words in str(refused.value)


def test_a_stranger_is_refused_before_it_has_said_all_that_it_announces() -> None:
    with pytest.raises(NotADialect):
        AUDIOSOCKET.protocol(None).receive(b"\x10\xff\xff")


@given(st.binary(max_size=64))
def test_nothing_but_a_refusal_comes_of_anything(data: bytes) -> None:
    protocol = AUDIOSOCKET.protocol(None)
    with suppress(NotADialect):
        protocol.receive(data)
        protocol.receive(CALL[:19])
        protocol.receive(data)
