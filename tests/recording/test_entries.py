from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.recording import WireDirection, WireEntry
from trio_live.recording._entries import close_payload, from_line

ENTRIES = st.builds(
    WireEntry,
    seq=st.integers(1, 10**9),
    direction=st.sampled_from(WireDirection),
    ts_ms=st.integers(0, 10**13),
    payload=st.binary(max_size=200),
)


@given(ENTRIES)
def test_an_entry_comes_back_from_its_line(entry: WireEntry) -> None:
    line = entry.to_line()
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert from_line(line) == entry


def test_the_line_is_what_the_documentation_shows() -> None:
    entry = WireEntry(1, WireDirection.OUT, 1767323045678, b'{"setup":{}}')
    assert entry.to_line() == b'{"seq":1,"dir":"out","ts_ms":1767323045678,"payload_b64":"eyJzZXR1cCI6e319"}\n'


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"nonsense",
        b'{"seq":1,"dir":"out","ts_ms":1}',
        b'{"seq":"1","dir":"out","ts_ms":1,"payload_b64":""}',
        b'{"seq":1,"dir":"up","ts_ms":1,"payload_b64":""}',
        b'{"seq":1,"ts_ms":1,"payload_b64":""}',
        b'{"seq":1,"dir":"in","ts_ms":1,"payload_b64":"=="}',
        b'{"seq":1,"dir":"in","ts_ms":1,"payload_b64":"\xc3\xa9"}',
    ],
)
def test_what_is_no_entry_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # the reader says where
        from_line(line)


def test_an_end_tells_its_code_and_its_words() -> None:
    assert WireEntry(1, WireDirection.CLOSE, 0, close_payload(1008, "no such model")).close == (1008, "no such model")
    assert WireEntry(1, WireDirection.CLOSE, 0, close_payload(1000, "")).close == (1000, "")
    assert WireEntry(1, WireDirection.CLOSE, 0, b"\xff").close == (1006, "")
    assert WireEntry(1, WireDirection.IN, 0, b"1008 x").close is None


def test_a_frame_that_is_no_json_has_none() -> None:
    assert WireEntry(1, WireDirection.IN, 0, b'{"a":1}').json == {"a": 1}
    assert WireEntry(1, WireDirection.IN, 0, b"\xff").json is None
    assert WireEntry(1, WireDirection.IN, 0, b"[" * 100_000).json is None
