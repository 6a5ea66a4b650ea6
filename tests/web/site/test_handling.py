"""One socket from its hello to its end, in memory."""

from __future__ import annotations

import logging

import pytest
from trio.testing import MockClock

from tests.web.pages import HELLO, MemorySocket
from trio_live._typing import JsonObject
from trio_live.web._site._gate import Gate
from trio_live.web._site._handling import handle
from trio_live.web._site._socket import PageClose, PageSocket, SocketGone


def greeted() -> MemorySocket:
    socket = MemorySocket()
    socket.say(**{"kind" if name == "type" else name: value for name, value in HELLO.items()})
    return socket


async def test_a_handler_gets_the_socket_and_the_hello(autojump_clock: MockClock) -> None:
    async def hold(socket: PageSocket, hello: JsonObject) -> None:
        await socket.send(f"welcome, {hello['tab']}")

    socket = greeted()
    await handle(socket, Gate(), hold)
    assert socket.sent == ["welcome, one"]
    assert socket.closed == (PageClose.DONE, "")


async def test_what_a_handler_raises_is_logged_and_not_told(
    autojump_clock: MockClock, caplog: pytest.LogCaptureFixture
) -> None:
    async def hold(socket: PageSocket, hello: JsonObject) -> None:
        raise ZeroDivisionError("inside")

    socket = greeted()
    with caplog.at_level(logging.ERROR, "trio_live.web"):
        await handle(socket, Gate(), hold)
    assert "ZeroDivisionError: inside" in caplog.text
    assert socket.closed == (PageClose.FAILED, "the server made a mistake; its log says which")


async def test_a_page_that_leaves_is_no_mistake(autojump_clock: MockClock, caplog: pytest.LogCaptureFixture) -> None:
    async def hold(socket: PageSocket, hello: JsonObject) -> None:
        raise SocketGone("left")

    await handle(greeted(), Gate(), hold)
    assert caplog.records == []


async def test_who_is_not_let_in_meets_no_handler(autojump_clock: MockClock) -> None:
    async def hold(socket: PageSocket, hello: JsonObject) -> None:
        raise AssertionError("nobody should come here")

    socket = greeted()
    await handle(socket, Gate(token="a-secret"), hold)
    assert socket.closed is not None
    assert socket.closed[0] is PageClose.TOKEN
