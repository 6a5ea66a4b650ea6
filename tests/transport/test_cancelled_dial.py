"""A dial and a close that are cancelled at any moment leave nothing behind."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
import trio
import trio.testing
import trio_websocket
from websockets.frames import Opcode

from tests.cancellation import cancel_everywhere
from tests.transport.raw_server import CONT, PING, TEXT, Peer, close, frame, open_raw_server
from tests.transport.servers import KEY, dialer, listen, open_server, open_tcp_server, talking
from trio_live.errors import ConnectError, LinkLost
from trio_live.transport import GoogleAI, TransportKind, dial_websocket
from trio_live.transport._socket import Line


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[socket.socket]:
    """Every socket that is opened to a server. A `Line` takes it from the stream; then the line's is the one to watch."""
    sockets: list[Any] = []
    open_tcp_stream = trio.open_tcp_stream
    take = Line.taken_from

    async def remember(*args: Any, **settings: Any) -> trio.SocketStream:
        stream = await open_tcp_stream(*args, **settings)
        sockets.append(stream.socket)
        return stream

    def remember_taken(stream: trio.SocketStream) -> Line:
        line = take(stream)
        sockets.append(line._socket)
        return line

    monkeypatch.setattr(trio, "open_tcp_stream", remember)
    monkeypatch.setattr(Line, "taken_from", remember_taken)
    return sockets


def check_closed(opened: list[socket.socket]) -> None:
    assert all(each.fileno() == -1 for each in opened)


Contexts = tuple[ssl.SSLContext | None, ssl.SSLContext | None]


async def test_a_dial_cancelled_anywhere_leaves_no_socket(
    kind: TransportKind, contexts: Contexts, opened: list[socket.socket]
) -> None:
    theirs, ours = contexts
    async with open_server(talking(listen), tls=theirs) as url:
        dial = dialer(url, kind, context=ours, within=60)

        async def dial_and_leave() -> None:
            async with dial():
                pass

        count = await cancel_everywhere(dial_and_leave, after_each=lambda: check_closed(opened))
    assert count > 10
    assert opened


async def test_a_conversation_cancelled_anywhere_leaves_no_socket_and_no_half_frame(
    kind: TransportKind, contexts: Contexts, opened: list[socket.socket]
) -> None:
    """The server's end fails the test where a frame is cut off, or where it breaks a rule.

    Only a goodbye that is itself cancelled may leave half of what the socket did not take: it waits for nothing.
    """
    theirs, ours = contexts

    async def token() -> str:
        await trio.lowlevel.checkpoint()
        return KEY

    async def answer(peer: Peer) -> None:
        await peer.say(frame(TEXT, b"he", fin=False) + frame(PING, b"?") + frame(CONT, b"llo"))
        while heard := await peer.hear():
            if any(opcode is Opcode.CLOSE for opcode, _ in heard):
                await peer.say(close(1000))

    async def converse() -> None:
        async with dial() as transport:
            await transport.send(["hello", b"world"])
            assert await transport.receive() == ["hello"]
            await transport.aclose()

    async def pour() -> None:
        async with dial() as transport:
            await transport.send([bytes(100_000)] * 10)
            await transport.receive()
            await transport.send(["all of it"])

    async with open_raw_server(answer, tls=theirs) as url:
        dial = dial_websocket(GoogleAI(token, base_url=url), ssl_context=ours, connect_within=60, kind=kind)
        for work in (converse, pour):
            assert await cancel_everywhere(work, after_each=lambda: check_closed(opened)) > 10


async def test_a_goodbye_of_the_peer_cancelled_anywhere_leaves_no_socket(
    kind: TransportKind, contexts: Contexts, opened: list[socket.socket]
) -> None:
    theirs, ours = contexts

    async def say_goodbye(peer: Peer) -> None:
        await peer.say(frame(TEXT, b"last") + close(1011, "quota"))
        await peer.hear_all()

    async def listen_on() -> None:
        async with dial() as transport:
            assert await transport.receive() == ["last"]
            with pytest.raises(LinkLost, match="1011: quota"):
                await transport.receive()

    async with open_raw_server(say_goodbye, tls=theirs) as url:
        dial = dialer(url, kind, context=ours, within=60)
        count = await cancel_everywhere(listen_on, after_each=lambda: check_closed(opened))
    assert count > 10


async def test_a_cancelled_user_says_goodbye_and_does_not_wait_for_time_to_pass(
    kind: TransportKind,
    patient_clock: trio.testing.MockClock,
) -> None:
    codes: list[int] = []

    async def note(server: trio_websocket.WebSocketConnection) -> None:
        await listen(server)
        assert server.closed is not None
        codes.append(server.closed.code)

    async with open_server(talking(note)) as url:
        with trio.CancelScope() as scope:
            async with dialer(url, kind)():
                scope.cancel()
                await trio.sleep_forever()
        assert trio.current_time() == 0
        await trio.testing.wait_all_tasks_blocked()
    assert codes == [1000]


async def test_a_dial_that_is_refused_cancelled_anywhere_leaves_no_socket(
    kind: TransportKind, opened: list[socket.socket]
) -> None:
    async def hang_up(stream: trio.SocketStream) -> None:
        await stream.receive_some()

    async with open_tcp_server(hang_up) as url:
        dial = dialer(url, kind, within=60)

        async def dial_in_vain() -> None:
            with pytest.raises(ConnectError):
                async with dial():
                    pass

        count = await cancel_everywhere(dial_in_vain, after_each=lambda: check_closed(opened))
    assert count > 5
