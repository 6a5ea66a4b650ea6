"""How a socket begins, in memory."""

from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock

from tests.web.pages import HELLO, MemorySocket
from trio_live.web._site._gate import Gate
from trio_live.web._site._socket import HELLO_WITHIN, PageClose, SocketGone, receive_hello, short


async def test_a_page_that_knows_the_token_is_let_in(autojump_clock: MockClock) -> None:
    socket = MemorySocket()
    socket.say("hello", token="a-secret", tab="t")
    assert await receive_hello(socket, Gate(token="a-secret")) == {"type": "hello", "token": "a-secret", "tab": "t"}
    assert socket.closed is None


@pytest.mark.parametrize(
    ("first", "code", "words"),
    [
        ('{"type": "hello", "token": "another"}', PageClose.TOKEN, "this address needs a token"),
        ('{"type": "hello"}', PageClose.TOKEN, "this address needs a token"),
        ('{"type": "text", "text": "Hello"}', PageClose.GARBAGE, "the first message must be a hello"),
        ("Hello", PageClose.GARBAGE, "the first message must be a hello, and it is no JSON"),
        (b"\0\0", PageClose.GARBAGE, "the first message must be a hello, and it is no text"),
    ],
    ids=["a wrong token", "no token", "another message", "no JSON", "sound"],
)
async def test_others_are_told_why_not(
    first: str | bytes, code: PageClose, words: str, autojump_clock: MockClock
) -> None:
    socket = MemorySocket()
    socket.to_server.send_nowait(first)
    assert await receive_hello(socket, Gate(token="a-secret")) is None
    assert socket.closed is not None
    assert socket.closed[0] is code
    assert socket.closed[1].startswith(words)


async def test_one_that_says_nothing_is_closed(autojump_clock: MockClock) -> None:
    socket = MemorySocket()
    began = trio.current_time()
    assert await receive_hello(socket, Gate()) is None
    assert trio.current_time() - began == HELLO_WITHIN
    assert socket.closed == (PageClose.SILENT, "the page did not say hello within 10 s")


async def test_one_that_leaves_is_gone(autojump_clock: MockClock) -> None:
    socket = MemorySocket()
    socket.leave()
    with pytest.raises(SocketGone):
        await receive_hello(socket, Gate())


async def test_cancelled_it_leaves_the_socket_alone(autojump_clock: MockClock) -> None:
    socket = MemorySocket()
    with trio.move_on_after(1) as scope:
        await receive_hello(socket, Gate())
    assert scope.cancelled_caught
    assert socket.closed is None
    socket.say(**{"kind" if name == "type" else name: value for name, value in HELLO.items()})
    assert await receive_hello(socket, Gate()) == HELLO


def test_a_reason_fits_into_a_close_frame() -> None:
    assert short("ä" * 100) == "ä" * 61
    assert short("over") == "over"
