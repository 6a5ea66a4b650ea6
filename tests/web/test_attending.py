"""One socket of a call, in memory."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from tests.web.pages import HELLO, MemorySocket
from trio_live._typing import JsonObject
from trio_live.web import PageSocket, Routes, _attending, open_site
from trio_live.web._attending import attend
from trio_live.web._messages import PageMessage, Played, Typed
from trio_live.web._outbox import MOST_SOUND_BYTES, READ_WITHIN, Outbox
from trio_live.web._site import CLOSE_WITHIN, PageClose


class Heard:
    def __init__(self) -> None:
        self.messages: list[PageMessage] = []

    async def __call__(self, message: PageMessage) -> None:
        self.messages.append(message)


async def test_messages_go_both_ways(autojump_clock: MockClock) -> None:
    socket, outbox, heard = MemorySocket(), Outbox(), Heard()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(attend, socket, outbox, heard)
        socket.say("text", text="Hello")
        socket.say("played", epoch=0, ms=20)
        outbox.say('{"type": "notice"}')
        await wait_all_tasks_blocked()
        assert heard.messages == [Typed("Hello"), Played(0, 20)]
        assert socket.messages == [{"type": "notice"}]
        socket.leave()
    assert outbox.closed.is_set()


async def test_a_farewell_closes_the_socket_after_what_waits(autojump_clock: MockClock) -> None:
    socket, outbox = MemorySocket(), Outbox()
    outbox.say('{"type": "ended"}')
    outbox.close(PageClose.OVER, "it is over")
    await attend(socket, outbox, Heard())
    assert socket.messages == [{"type": "ended"}]
    assert socket.closed == (PageClose.OVER, "it is over")


@pytest.mark.parametrize("sent", ["nonsense", b"\0", '{"type": "played", "epoch": "x", "ms": 0}'])
async def test_garbage_closes_it_with_a_sentence(sent: str | bytes, autojump_clock: MockClock) -> None:
    socket, heard = MemorySocket(), Heard()
    socket.to_server.send_nowait(sent)
    await attend(socket, Outbox(), heard)
    assert socket.closed is not None
    assert socket.closed[0] is PageClose.GARBAGE
    assert socket.closed[1]
    assert heard.messages == []


async def test_garbage_of_a_page_that_is_gone_ends_all_the_same(autojump_clock: MockClock) -> None:
    socket = MemorySocket()
    socket.to_server.send_nowait("nonsense")
    socket.gone.set()
    outbox = Outbox()
    outbox.say("a")
    await attend(socket, outbox, Heard())
    assert socket.closed is None


async def test_a_page_that_never_reads_is_given_up(autojump_clock: MockClock) -> None:
    socket, outbox = MemorySocket(reads=False), Outbox()
    outbox.say("a")
    began = trio.current_time()
    await attend(socket, outbox, Heard())
    assert READ_WITHIN + CLOSE_WITHIN <= trio.current_time() - began <= 2 * READ_WITHIN + CLOSE_WITHIN
    assert socket.closed is not None
    assert socket.closed[0] is PageClose.UNREAD


async def test_a_page_that_reads_again_is_told_why(autojump_clock: MockClock) -> None:
    socket, outbox = MemorySocket(), Outbox()
    begins = trio.Event()

    async def send(message: str | bytes) -> None:
        await begins.wait()

    socket.send = send  # type: ignore[method-assign]
    outbox.say("a")
    outbox.say("b")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(attend, socket, outbox, Heard())
        await trio.sleep(READ_WITHIN + CLOSE_WITHIN / 2)
        begins.set()
    assert socket.closed == (PageClose.UNREAD, "the page read nothing for 10 s")


async def test_a_page_that_is_quiet_for_hours_is_kept(autojump_clock: MockClock) -> None:
    socket, outbox = MemorySocket(), Outbox()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(attend, socket, outbox, Heard())
        await trio.sleep(36_000)
        assert socket.closed is None
        outbox.say('{"type": "notice"}')
        await wait_all_tasks_blocked()
        assert socket.messages
        socket.leave()


async def test_cancelled_it_ends_and_says_so(autojump_clock: MockClock) -> None:
    socket, outbox = MemorySocket(), Outbox()
    with trio.move_on_after(1) as scope:
        await attend(socket, outbox, Heard())
    assert scope.cancelled_caught
    assert outbox.closed.is_set()


async def test_what_the_call_raises_comes_out(autojump_clock: MockClock) -> None:
    socket = MemorySocket()
    socket.say("bye")

    async def fail(message: PageMessage) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await attend(socket, Outbox(), fail)


async def test_over_a_real_socket_a_page_that_never_reads_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_attending, "READ_WITHIN", 0.3)
    ended, outbox = trio.Event(), Outbox()

    async def hold(socket: PageSocket, hello: JsonObject) -> None:
        for number in range(3 * MOST_SOUND_BYTES // 480_000):
            outbox.play(number, bytes(480_000))
        await attend(socket, outbox, Heard())
        ended.set()

    with trio.fail_after(20):
        async with open_site(Routes(sockets={"call": hold})) as site:
            with trio.socket.socket() as page:
                page.setsockopt(trio.socket.SOL_SOCKET, trio.socket.SO_RCVBUF, 4096)
                await page.connect(("127.0.0.1", site.port))
                stream = trio.SocketStream(page)
                await stream.send_all(_upgrade(site.port))
                await ended.wait()
                assert outbox.dropped  # the oldest sound
                assert outbox.closed.is_set()
                read = 0
                with suppress(trio.BrokenResourceError):  # cut off, in the middle of what it did not read
                    while data := await stream.receive_some():
                        read += len(data)
                assert read < MOST_SOUND_BYTES


def _upgrade(port: int) -> bytes:
    """A handshake, and a hello behind it as a masked frame."""
    lines = (
        "GET /call HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    )
    hello = json.dumps(HELLO).encode()
    assert len(hello) < 126
    return "\r\n".join([*lines, "", ""]).encode() + bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello
