from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.llm import _sse
from trio_live.llm._sse import EventReader, TooLargeError

DATA = st.binary(max_size=20).filter(lambda data: not {*b"\r\n"} & {*data})


@given(
    st.lists(DATA.filter(bool), max_size=5), st.sampled_from([b"\n", b"\r\n"]), st.lists(st.integers(1, 9)), st.data()
)
def test_events_are_the_same_however_they_are_cut(
    events: list[bytes], end: bytes, cuts: list[int], data: st.DataObject
) -> None:
    sent = b"".join(b"event: x" + end + b"data: " + each + end + end for each in events)
    if data.draw(st.booleans()):
        sent = sent.rstrip(b"\r\n")  # the last one may be without its end
    reader, got, rest = EventReader(), [], sent
    for cut in cuts:
        got += reader.feed(rest[:cut])
        rest = rest[cut:]
    got += reader.feed(rest)
    assert got + reader.end() == [each.rstrip(b"\r\n") for each in events]


def test_lines_of_one_event_belong_together_and_comments_to_none() -> None:
    assert EventReader().feed(b": hello\ndata:a\ndata: b\nid: 7\n\n\n\n") == [b"a\nb"]


def test_an_event_without_an_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sse, "LARGEST_EVENT", 10)
    reader = EventReader()
    reader.feed(b"data: 1234\n\ndata: 1234")
    with pytest.raises(TooLargeError, match="more than 10 bytes"):
        reader.feed(b"56789012")
