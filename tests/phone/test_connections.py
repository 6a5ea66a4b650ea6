"""The WebSocket below a call: pieces, pings, goodbyes, and what breaks a rule. Over memory streams."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from trio_live import LinkLost
from trio_live.phone import PhoneRequest
from trio_live.phone._connections import (
    MOST_BYTES,
    TcpConnection,
    WebSocketConnection,
    accept_websocket,
    ask_for_websocket,
)


async def pair(path: str = "/") -> tuple[WebSocketConnection, WebSocketConnection, trio.abc.Stream]:
    """Both ends, and the stream below the phone's."""
    ours, theirs = trio.testing.memory_stream_pair()
    ends: list[WebSocketConnection] = []

    async def accept() -> None:
        accepted = await accept_websocket(theirs, lambda _: None)
        assert not isinstance(accepted, str)
        ends.append(accepted[0])

    async with trio.open_nursery() as nursery:
        nursery.start_soon(accept)
        asked = await ask_for_websocket(ours, f"ws://phone.test{path}", {})
    assert isinstance(asked, WebSocketConnection)
    return ends[0], asked, ours


async def test_frames_go_both_ways_in_order_and_together() -> None:
    server, phone, _ = await pair()
    await phone.send(["one", b"two"])
    await phone.send(["three"])
    assert await server.receive() == ["one", b"two", "three"]
    await server.send(["four"])
    assert await phone.receive() == ["four"]


async def test_a_message_in_pieces_comes_whole() -> None:
    server, _, stream = await pair()
    await stream.send_all(b"\x01\x82\0\0\0\0ab" + b"\x89\x80\0\0\0\0" + b"\x80\x82\0\0\0\0cd")
    assert await server.receive() == ["abcd"]
    assert await stream.receive_some() == b"\x8a\x00", "the ping was answered"


async def test_a_goodbye_is_answered_and_told_with_its_words() -> None:
    server, phone, _ = await pair()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(phone.aclose, 1001, "bye")
        with pytest.raises(LinkLost, match="bye") as lost:
            await server.receive()
        assert lost.value.code == 1001
    with pytest.raises(LinkLost):
        await server.send(["too late"])
    await server.aclose()


async def test_what_came_before_the_end_is_still_read() -> None:
    server, phone, stream = await pair()
    await phone.send(["last"])
    await stream.aclose()
    assert await server.receive() == ["last"]
    with pytest.raises(LinkLost) as lost:
        await server.receive()
    assert lost.value.code == 1006


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x81\xff" + (MOST_BYTES + 1).to_bytes(8, "big") + bytes(4), 1009),
        (b"\x81\x01a", 1002),
        (b"\x81\x82\0\0\0\0\xff\xff", 1007),
        (b"\xc1\x80\0\0\0\0", 1002),
    ],
    ids=["too large", "not masked", "no UTF-8", "reserved bits"],
)
async def test_what_breaks_a_rule_ends_the_connection_with_the_code_for_it(data: bytes, code: int) -> None:
    server, phone, stream = await pair()
    await stream.send_all(data)
    with pytest.raises(LinkLost) as lost:
        await server.receive()
    assert lost.value.code == code
    with pytest.raises(LinkLost) as told:
        await phone.receive()
    assert told.value.code == code


async def test_closing_does_not_wait_for_a_peer_that_says_nothing(autojump_clock: trio.testing.MockClock) -> None:
    server, _, _ = await pair()
    begun = trio.current_time()
    await server.aclose(1000, "x" * 500)
    assert trio.current_time() - begun <= 1


async def test_closing_while_another_task_reads_works() -> None:
    server, phone, _ = await pair()

    async def read() -> None:
        with pytest.raises(LinkLost):
            await phone.receive()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(phone.aclose)
        with pytest.raises(LinkLost):
            await server.receive()


async def asking(data: bytes, refusal: tuple[int, str] | None = None) -> tuple[object, bytes]:
    """What becomes of a request, and what is answered."""
    ours, theirs = trio.testing.memory_stream_pair()
    await ours.send_all(data)
    await ours.send_eof()

    def decide(request: PhoneRequest) -> tuple[int, str] | None:
        assert request.path == "/calls?a=b"
        return refusal

    accepted = await accept_websocket(theirs, decide)
    await theirs.aclose()
    answer = bytearray()
    async for part in ours:
        answer += part
    return accepted, bytes(answer)


REQUEST = (
    b"GET /calls?a=b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def test_a_request_is_accepted() -> None:
    accepted, answer = await asking(REQUEST)
    assert not isinstance(accepted, str)
    assert answer.startswith(b"HTTP/1.1 101 ")


async def test_a_refusal_says_why() -> None:
    accepted, answer = await asking(REQUEST, (403, "a wrong signature"))
    assert accepted == "a wrong signature"
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"a wrong signature" in answer


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET /calls",
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02",
        REQUEST.replace(b"websocket", b"h2c"),
        b"GET /" + b"a" * 100_000,
    ],
    ids=["nothing", "half", "no HTTP", "TLS", "no upgrade", "endless"],
)
async def test_whatever_else_comes_is_told_in_words(data: bytes) -> None:
    accepted, _ = await asking(data)
    assert isinstance(accepted, str)


async def test_bytes_over_tcp_come_as_they_are() -> None:
    ours, theirs = trio.testing.memory_stream_pair()
    end = TcpConnection(theirs)
    await ours.send_all(b"abc")
    assert await end.receive() == (b"abc",)
    await end.send([b"d", b"e"])
    assert await ours.receive_some() == b"de"
    await ours.aclose()
    with pytest.raises(LinkLost):
        await end.receive()
    with pytest.raises(LinkLost):
        await end.send([b"f"])
    await end.aclose()
