"""The quick way for plain frames, against the library's protocol alone: the same messages, verdicts and answers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import CLIENT, SERVER, Protocol

from tests.transport.raw_server import close, frame
from trio_live.transport._frames import Inbound, Outbound

LIMIT = 300
"""Bytes of a message, here: small, so that much is too large."""

Messages = list[bytes | str]


@attrs.frozen
class Outcome:
    """All that a connection's user and its peer can tell of it."""

    messages: Messages
    answers: bytes
    received: tuple[int, str] | None
    sent: tuple[int, str] | None
    error: str
    state: int


def outcome(protocol: Protocol, messages: Messages) -> Outcome:
    received, sent = protocol.close_rcvd, protocol.close_sent
    return Outcome(
        messages,
        unmasked(b"".join(protocol.data_to_send())),
        (received.code, received.reason) if received else None,
        (sent.code, sent.reason) if sent else None,
        repr(protocol.parser_exc),
        protocol.state,
    )


def unmasked(data: bytes) -> bytes:
    """What a client says, as a server would: the keys are random."""
    server = Protocol(SERVER)
    server.receive_data(data)
    return repr(
        [(frame.opcode, bytes(frame.data)) for frame in server.events_received() if isinstance(frame, Frame)]
    ).encode()


def ours(chunks: Sequence[bytes], *, ends: bool) -> Outcome:
    protocol = Protocol(CLIENT, max_size=LIMIT)
    inbound = Inbound(protocol, LIMIT)
    messages = [message for chunk in chunks for message in inbound.feed(chunk)]
    if ends:
        inbound.feed_end()
    return outcome(protocol, messages)


def theirs(chunks: Sequence[bytes], *, ends: bool) -> Outcome:
    """The library's protocol alone, with the least that its own connections put around it.

    It is given one byte at a time: a frame is judged before the next one is looked at, as it is with us.
    """
    protocol = Protocol(CLIENT, max_size=LIMIT)
    messages: Messages = []
    pieces: list[bytes] = []
    text = False
    for byte in b"".join(chunks):
        protocol.receive_data(bytes([byte]))
        for event in protocol.events_received():
            assert isinstance(event, Frame)
            if event.opcode in {Opcode.TEXT, Opcode.BINARY}:
                pieces, text = [], event.opcode is Opcode.TEXT
            elif event.opcode is not Opcode.CONT:
                continue
            pieces.append(bytes(event.data))
            if not event.fin:
                continue
            try:
                messages.append(b"".join(pieces).decode() if text else b"".join(pieces))
            except UnicodeDecodeError as error:
                protocol.fail(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")
                break
    if ends:
        protocol.receive_eof()
    return outcome(protocol, messages)


PAYLOADS = st.one_of(
    st.binary(max_size=20),
    st.text(max_size=20).map(str.encode),
    st.integers(100, LIMIT + 20).map(lambda size: b"x" * size),
    st.sampled_from([b"", b"\xff", "ä".encode()[:1], "ä".encode(), b"\xed\xa0\x80"]),
)
GOOD = st.one_of(
    st.builds(frame, st.sampled_from([1, 2]), PAYLOADS),
    st.builds(lambda data: frame(1, data.encode()), st.text(max_size=40)),
    st.builds(frame, st.sampled_from([9, 10]), st.binary(max_size=125)),
    st.builds(frame, st.sampled_from([1, 2]), PAYLOADS, fin=st.just(False)),
    st.builds(frame, st.just(0), PAYLOADS, fin=st.booleans()),
    st.lists(PAYLOADS, min_size=2, max_size=4).map(
        lambda pieces: b"".join(
            frame(0 if number else 2, piece, fin=number == len(pieces) - 1) + frame(9, bytes([number]))
            for number, piece in enumerate(pieces)
        )
    ),
)
BAD = st.one_of(
    st.builds(frame, st.integers(0, 15), PAYLOADS, fin=st.booleans(), reserved=st.integers(0, 7), masked=st.booleans()),
    st.builds(frame, st.integers(8, 10), st.binary(max_size=140), fin=st.booleans()),
    st.builds(close, st.integers(0, 5100), st.text(max_size=10)),
    st.just(frame(8)),
    st.just(b"\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff"),
    st.just(b"\x82\x7e\x00\x05hello"),  # a length written longer than it need be
    st.just(b"\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x05hello"),
    st.binary(max_size=12),
)


@st.composite
def streams(draw: st.DrawFn) -> list[bytes]:
    """Frames, mostly good, run together and cut anywhere."""
    parts = draw(st.lists(st.one_of(GOOD, GOOD, GOOD, BAD), max_size=12))
    whole = b"".join(parts)
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    edges = [0, *cuts, len(whole)]
    return [whole[a:b] for a, b in itertools.pairwise(edges) if a < b]


@settings(max_examples=400)
@given(chunks=streams(), ends=st.booleans())
@example(chunks=[frame(2, b"a", fin=False), frame(2, b"b")], ends=False)
@example(chunks=[frame(1, b"\xc3", fin=False) + frame(0, b"\xa4") + frame(1, b"x")], ends=True)
@example(chunks=[frame(1, b"\xff") + frame(2, b"more"), frame(2, b"and more")], ends=True)
@example(chunks=[frame(1, b"\xff", fin=False) + frame(0) + frame(2, b"more")], ends=False)
def test_whatever_comes_and_however_it_is_cut_the_outcome_is_the_librarys(chunks: list[bytes], *, ends: bool) -> None:
    assert ours(chunks, ends=ends) == theirs(chunks, ends=ends)


@settings(max_examples=100)
@given(chunks=streams())
def test_nothing_is_held_back(chunks: list[bytes]) -> None:
    for count in range(len(chunks) + 1):
        assert ours(chunks[:count], ends=False) == theirs(chunks[:count], ends=False)


# --------------------------------------------------------------------------- cases of the Autobahn suite, by its chapters


def test_1_sizes_of_messages_at_every_edge_of_the_header() -> None:
    for size in (0, 125, 126, 127, 128, 65535, 65536, 131072):
        protocol = Protocol(CLIENT)
        inbound = Inbound(protocol, 1 << 20)
        data = frame(2, bytes(size)) + frame(1, b"x" * size)
        assert inbound.feed(data) == [bytes(size), "x" * size]
        assert not inbound.consulted


def test_1_a_message_cut_into_single_bytes() -> None:
    outcome = ours([bytes([byte]) for byte in frame(2, b"y" * 200) + frame(1, b"z")], ends=False)
    assert outcome.messages == [b"y" * 200, "z"]


def test_2_a_ping_is_answered_with_its_payload_and_a_pong_is_not() -> None:
    outcome = ours([frame(9, b"a" * 125) + frame(10, b"b")], ends=False)
    assert outcome == theirs([frame(9, b"a" * 125) + frame(10, b"b")], ends=False)
    assert outcome.answers == repr([(Opcode.PONG, b"a" * 125)]).encode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (frame(9, b"a" * 126), 1002),  # 2.5
        (frame(2, b"x", reserved=1), 1002),  # 3
        (frame(3), 1002),  # 4.1
        (frame(11), 1002),  # 4.2
        (frame(9, b"x", fin=False), 1002),  # 5.1
        (frame(0, b"x"), 1002),  # 5.9
        (frame(2, b"x", fin=False) + frame(2, b"y"), 1002),  # 5.18
        (frame(1, b"\xce\xba\xed\xa0\x80"), 1007),  # 6
        (frame(2, b"x", masked=True), 1002),
        (frame(2, b"x" * (LIMIT + 1)), 1009),
        (frame(2, b"x" * LIMIT, fin=False) + frame(0, b"y"), 1009),
        (frame(8, b"\x03"), 1002),  # 7.3
        (close(1005), 1002),  # 7.9
        (frame(8, b"\x03\xe8\xff"), 1007),  # 7.5
    ],
)
def test_what_breaks_a_rule_ends_with_the_librarys_verdict(data: bytes, code: int) -> None:
    outcome = ours([frame(2, b"before") + data + frame(2, b"after")], ends=False)
    assert outcome == theirs([frame(2, b"before") + data + frame(2, b"after")], ends=False)
    assert outcome.messages == [b"before"]
    assert outcome.sent is not None
    assert outcome.sent[0] == code


def test_5_signals_between_the_pieces_of_a_message() -> None:
    data = frame(1, b"one", fin=False) + frame(9, b"?") + frame(0, b" two", fin=False) + frame(10) + frame(0, b" three")
    assert ours([data + frame(2, b"next")], ends=False).messages == ["one two three", b"next"]


def test_6_a_letter_may_be_cut_between_pieces_but_not_between_messages() -> None:
    assert ours([frame(1, b"\xc3", fin=False) + frame(0, b"\xa4")], ends=False).messages == ["ä"]
    assert ours([frame(1, b"\xc3") + frame(1, b"\xa4")], ends=False).sent == (
        1007,
        "unexpected end of data at position 0",
    )


@pytest.mark.parametrize("code", [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 4999])
def test_7_every_close_code_is_passed_on_and_returned(code: int) -> None:
    outcome = ours([frame(1, b"last") + close(code, "why") + frame(1, b"ignored")], ends=True)
    assert outcome.messages == ["last"]
    assert outcome.received == outcome.sent == (code, "why")


def test_9_a_large_message_in_many_reads_is_joined_once() -> None:
    protocol = Protocol(CLIENT, max_size=None)
    inbound = Inbound(protocol, 1 << 30)
    data = frame(2, bytes(4 << 20)) + frame(1, b"x")
    chunks = [data[at : at + 65536] for at in range(0, len(data), 65536)]
    assert [message for chunk in chunks for message in inbound.feed(chunk)] == [bytes(4 << 20), "x"]


# ------------------------------------------------------------------------------------------------------------ the way out


@given(messages=st.lists(st.one_of(st.binary(max_size=300), st.text(max_size=300)), min_size=1, max_size=5))
@example(messages=[b"x" * 65535])
@example(messages=["x" * 65536])
def test_a_server_reads_what_was_sent(messages: Messages) -> None:
    server = Protocol(SERVER)
    server.receive_data(Outbound().encode(messages))
    heard = [event for event in server.events_received() if isinstance(event, Frame)]
    assert [
        bytes(event.data).decode() if event.opcode is Opcode.TEXT else bytes(event.data) for event in heard
    ] == messages
    assert all(event.fin for event in heard)


def test_every_frame_has_a_key_of_its_own() -> None:
    outbound = Outbound()
    keys = {outbound.encode([b""])[2:6] for _ in range(1000)}
    assert len(keys) > 990
