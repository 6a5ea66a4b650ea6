"""Every kind of frame, right or wrong, by hand against both carriers: one table of what is received and what is said.

Each row is played at once, cut into pieces, and over TLS. Where the libraries differ by right, the row says how and why.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator

import attrs
import pytest
import trio
from websockets.frames import Opcode

from tests.transport.raw_server import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    SOON,
    TEXT,
    Peer,
    close,
    frame,
    open_raw_server,
)
from tests.transport.servers import dialer
from trio_live.errors import LinkLost
from trio_live.transport import Transport, TransportKind
from trio_live.transport._socket import BROKE_A_RULE, MAX_MESSAGE_BYTES

Messages = list[bytes | str]
NOTHING = None
"""No goodbye: the client hangs up without one."""


@attrs.frozen
class Outcome:
    """What came of it, for the user of the transport and for the peer."""

    received: Messages
    lost: int
    """The code with which the connection was lost."""
    is_finding: bool = attrs.field(kw_only=True, default=False)
    """Whether the reason says that it is this side's finding."""
    goodbye: int | None
    """The code that the peer heard; `_EMPTY` for a goodbye without one."""
    pongs: list[bytes] = attrs.field(factory=list)


@attrs.frozen
class Row:
    """What a server says, what comes of it, and how that differs over trio-websocket."""

    said: bytes
    outcome: Outcome
    over_trio_websocket: Outcome | None = None
    why: str = ""

    def expected(self, kind: TransportKind) -> Outcome:
        other = self.over_trio_websocket
        return other if other is not None and kind is TransportKind.TRIO_WEBSOCKET else self.outcome


_EMPTY = 1005
_BEFORE, _AFTER = frame(BINARY, b"before"), frame(BINARY, b"after")
_DONE = close(1000, "done")
_HANGS_UP = "wsproto tells its verdict as if the peer had said it, so trio-websocket hangs up without a word"


def good(said: bytes, *messages: bytes | str, pongs: tuple[bytes, ...] = ()) -> Row:
    return Row(said + _DONE, Outcome([*messages], 1000, 1000, [*pongs]))


def wrong(said: bytes, code: int, *, over_trio_websocket: int | None = None, why: str = "") -> Row:
    """Nothing behind a broken rule is received."""
    return Row(
        _BEFORE + said + _AFTER,
        Outcome([b"before"], code, code, is_finding=True),
        Outcome([b"before"], over_trio_websocket or code, NOTHING, is_finding=True),
        f"{_HANGS_UP}; {why}" if why else _HANGS_UP,
    )


_EDGES = [b"x" * size for size in (0, 1, 125, 126, 127, 65535, 65536)]
_LONG_LENGTH = b"\x82\x7e\x00\x05hello"
_LONGER_LENGTH = b"\x82\x7f\x00\x00\x00\x00\x00\x00\x00\x05hello"

MESSAGES = {
    "text and binary": good(frame(TEXT, "ä".encode()) + frame(BINARY, b"\xff"), "ä", b"\xff"),
    "empty messages": good(frame(TEXT) + frame(BINARY), "", b""),
    "every length of a header": good(b"".join(frame(BINARY, data) for data in _EDGES), *_EDGES),
    "a message in three pieces": good(
        frame(TEXT, b"one", fin=False) + frame(CONT, b" two", fin=False) + frame(CONT, b" three"), "one two three"
    ),
    "a message in empty pieces": good(frame(BINARY, fin=False) + frame(CONT, fin=False) + frame(CONT), b""),
    "a message behind one in pieces": good(
        frame(BINARY, b"a", fin=False) + frame(CONT, b"b") + frame(TEXT, b"c"), b"ab", "c"
    ),
    "a letter cut between pieces": good(frame(TEXT, b"\xc3", fin=False) + frame(CONT, b"\xa4"), "ä"),
    "signals between pieces": good(
        frame(TEXT, b"one", fin=False)
        + frame(PING, b"?")
        + frame(CONT, b" two", fin=False)
        + frame(PONG, b"!")
        + frame(PING, b"??")
        + frame(CONT),
        "one two",
        pongs=(b"?", b"??"),
    ),
    "pings, empty and full": good(frame(PING) + frame(PING, b"x" * 125), pongs=(b"", b"x" * 125)),
    "pongs that nobody asked for": good(frame(PONG) + frame(PONG, b"x") + frame(TEXT, b"word"), "word"),
    "a goodbye between pieces": Row(
        frame(TEXT, b"half", fin=False) + _DONE,
        Outcome([], 1000, 1002),
        Outcome([], 1000, 1000),
        "the rules allow it; websockets answers that the message is not over, and tells us the peer's own code",
    ),
    "nothing after a goodbye": Row(_BEFORE + _DONE + _AFTER, Outcome([b"before"], 1000, 1000)),
    "a length longer than it need be": Row(
        _BEFORE + _LONG_LENGTH + _LONGER_LENGTH + _DONE,
        Outcome([b"before", b"hello", b"hello"], 1000, 1000),
        Outcome([b"before"], 1002, NOTHING, is_finding=True),
        "the rules ask it of the sender; websockets does not look, wsproto does",
    ),
}

WRONG = {
    **{f"reserved bit {bit}": wrong(frame(BINARY, b"x", reserved=bit), 1002) for bit in (1, 2, 4)},
    **{f"a signal with reserved bit {bit}": wrong(frame(PING, b"x", reserved=bit), 1002) for bit in (1, 2, 4)},
    **{f"reserved opcode {code}": wrong(frame(code, b"x"), 1002) for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "a masked message": wrong(frame(BINARY, b"x", masked=True), 1002),
    "a masked ping": wrong(frame(PING, b"x", masked=True), 1002),
    "a masked goodbye": wrong(frame(CLOSE, b"\x03\xe8", masked=True), 1002),
    "a ping in pieces": wrong(frame(PING, b"x", fin=False), 1002),
    "a pong in pieces": wrong(frame(PONG, b"x", fin=False), 1002),
    "a goodbye in pieces": wrong(frame(CLOSE, b"\x03\xe8", fin=False), 1002),
    "a long ping": wrong(frame(PING, b"x" * 126), 1002),
    "a long pong": wrong(frame(PONG, b"x" * 126), 1002),
    "a long goodbye": wrong(close(1000, "x" * 124), 1002),
    "a last piece of nothing": wrong(frame(CONT, b"x"), 1002),
    "a piece of nothing": wrong(frame(CONT, b"x", fin=False), 1002),
    "a message within a message": wrong(frame(BINARY, b"x", fin=False) + frame(BINARY, b"y"), 1002),
    "a message behind the last piece": wrong(
        frame(BINARY, b"x", fin=False) + frame(BINARY, b"y", fin=False) + frame(CONT, b"z"), 1002
    ),
    "text that is none": wrong(frame(TEXT, b"\xff"), 1007),
    "text with half a letter": wrong(frame(TEXT, b"\xc3"), 1007),
    "text with half a pair": wrong(frame(TEXT, b"\xed\xa0\x80"), 1007),
    "text in pieces that is none": wrong(frame(TEXT, b"\xff", fin=False) + frame(CONT), 1007),
    "text in pieces with half a letter": wrong(frame(TEXT, b"a", fin=False) + frame(CONT, b"\xc3"), 1007),
    "half a goodbye": wrong(frame(CLOSE, b"\x03"), 1002),
    "a goodbye whose reason is no text": wrong(frame(CLOSE, b"\x03\xe8\xff"), 1007),
    "a length beyond all lengths": wrong(
        frame(BINARY, size=1 << 63),
        1009,
        over_trio_websocket=1002,
        why="the length also breaks the rule of its first bit",
    ),
}

_SENT = {1000, 1001, 1002, 1003, *range(1007, 1015)}
"""What may stand in a goodbye, of the codes that have a meaning of their own."""


def goodbye(code: int) -> Row:
    if code in _SENT or 3000 <= code < 5000:
        said = Outcome([b"before"], code, code)
        if code == 1014:
            return Row(
                _BEFORE + close(code, "why") + _AFTER,
                said,
                Outcome([b"before"], 1002, NOTHING, is_finding=True),
                "bad gateway was registered after the rules were written; wsproto does not know it",
            )
        return Row(_BEFORE + close(code, "why") + _AFTER, said)
    return wrong(close(code, "why"), 1002)


_CODES = (0, 1, 999, *range(1000, 1018), 1100, 1999, 2000, 2999, 3000, 3001, 3999, 4000, 4999, 5000, 65535)
GOODBYES = {
    "no code": Row(_BEFORE + frame(CLOSE) + _AFTER, Outcome([b"before"], 1005, _EMPTY)),
    **{str(code): goodbye(code) for code in _CODES},
    **{f"{code} without a reason": Row(close(code), Outcome([], code, code)) for code in (1000, 1011, 4321)},
    "the longest reason": Row(close(1008, "x" * 123), Outcome([], 1008, 1008)),
}


def at_once(said: bytes) -> Iterator[bytes]:
    yield said


def in_pieces(said: bytes) -> Iterator[bytes]:
    """Single bytes, where that is not too many."""
    size = 1 + len(said) // 200
    yield from (said[at : at + size] for at in range(0, len(said), size))


Pace = Callable[[bytes], Iterator[bytes]]


async def read(transport: Transport, received: Messages) -> LinkLost:
    """Everything, until the connection is lost."""
    try:
        while True:
            received += await transport.receive()
    except LinkLost as lost:
        return lost


async def play(row: Row, kind: TransportKind, pace: Pace = at_once, **tls: ssl.SSLContext | None) -> None:
    """Say a row's bytes to a carrier, and compare what comes of it."""
    heard: list[tuple[Opcode, bytes]] = []

    async def script(peer: Peer) -> None:
        for part in pace(row.said):
            await peer.say(part)
            await trio.lowlevel.checkpoint()
        heard.extend(await peer.hear_all())

    received: Messages = []
    with trio.fail_after(4 * SOON):
        async with open_raw_server(script, tls=tls.get("theirs")) as url:  # noqa: SIM117  # the server ends after the client
            async with dialer(url, kind, context=tls.get("ours"))() as transport:
                lost = await read(transport, received)
                with pytest.raises(LinkLost) as again:
                    await transport.send(["too late"])
    assert (again.value.code, again.value.reason) == (lost.code, lost.reason)
    goodbyes = [int.from_bytes(data[:2]) if data else _EMPTY for opcode, data in heard if opcode is Opcode.CLOSE]
    assert len(goodbyes) <= 1
    assert all(opcode in {Opcode.PONG, Opcode.CLOSE} for opcode, _ in heard)
    assert Outcome(
        received,
        lost.code,
        goodbyes[0] if goodbyes else NOTHING,
        [data for opcode, data in heard if opcode is Opcode.PONG],
        is_finding=lost.reason.startswith(BROKE_A_RULE),
    ) == row.expected(kind)


ROWS = [
    pytest.param(row, id=f"{table}: {name}")
    for table, rows in (("messages", MESSAGES), ("wrong", WRONG), ("goodbye", GOODBYES))
    for name, row in rows.items()
]


@pytest.mark.parametrize("pace", [at_once, in_pieces])
@pytest.mark.parametrize("row", ROWS)
async def test_both_carriers_hear_and_say_the_same(kind: TransportKind, row: Row, pace: Pace) -> None:
    await play(row, kind, pace)


@pytest.mark.parametrize("row", [*MESSAGES.values(), WRONG["a masked message"], GOODBYES["1011"]])
async def test_tls_changes_nothing(
    kind: TransportKind, row: Row, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    await play(row, kind, theirs=server_context, ours=client_context)


_FULL = bytes(MAX_MESSAGE_BYTES)
_HALF = bytes(MAX_MESSAGE_BYTES // 2)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(good(frame(BINARY, _FULL), _FULL), id="the largest"),
        pytest.param(good(frame(BINARY, _HALF, fin=False) + frame(CONT, _HALF), _FULL), id="the largest in pieces"),
        pytest.param(
            Row(_BEFORE + frame(BINARY, _FULL + b"x") + _AFTER, Outcome([b"before"], 1009, 1009, is_finding=True)),
            id="too large",
        ),
        pytest.param(
            Row(
                _BEFORE + frame(BINARY, _FULL, fin=False) + frame(CONT, b"x") + _AFTER,
                Outcome([b"before"], 1009, 1009, is_finding=True),
            ),
            id="too large in pieces",
        ),
    ],
)
async def test_a_message_may_be_as_large_as_the_limit_and_no_larger(kind: TransportKind, row: Row) -> None:
    await play(row, kind)


async def test_a_message_that_is_announced_as_too_large_is_refused_before_it_comes() -> None:
    """Over trio-websocket it is refused when that much has come: wsproto hands out what there is of a frame."""
    await play(
        Row(
            _BEFORE + frame(BINARY, b"x", size=MAX_MESSAGE_BYTES + 1), Outcome([b"before"], 1009, 1009, is_finding=True)
        ),
        TransportKind.LEAN,
    )
