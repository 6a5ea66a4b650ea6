"""A dial and a close that are cancelled at any moment leave nothing behind."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
import trio
import trio.testing
import trio_websocket
import trustme

from tests.cancellation import cancel_everywhere
from tests.transport.servers import KEY, dialer, echo, listen, open_server, open_tcp_server, talking
from trio_live.errors import ConnectError
from trio_live.transport import GoogleAI, TransportKind, dial_websocket
from trio_live.transport._line import Line


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


async def test_a_dial_cancelled_anywhere_leaves_no_socket(kind: TransportKind, opened: list[socket.socket]) -> None:
    async with open_server(talking(listen)) as url:
        dial = dialer(url, kind, within=60)

        async def dial_and_leave() -> None:
            async with dial():
                pass

        count = await cancel_everywhere(dial_and_leave, after_each=lambda: check_closed(opened))
    assert count > 10
    assert opened


async def test_a_conversation_cancelled_anywhere_leaves_no_socket(
    kind: TransportKind, opened: list[socket.socket]
) -> None:
    async def token() -> str:
        await trio.lowlevel.checkpoint()
        return KEY

    async with open_server(talking(echo)) as url:
        dial = dial_websocket(GoogleAI(token, base_url=url), connect_within=60, kind=kind)

        async def converse() -> None:
            async with dial() as transport:
                await transport.send(["hello", b"world"])
                assert (await transport.receive())[0] == "hello"
                await transport.aclose()

        count = await cancel_everywhere(converse, after_each=lambda: check_closed(opened))
    assert count > 10


async def test_a_dial_over_tls_cancelled_anywhere_leaves_no_socket(
    kind: TransportKind, opened: list[socket.socket]
) -> None:
    authority = trustme.CA()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)

    async with open_server(talking(listen), tls=theirs) as url:
        dial = dialer(url, kind, context=ours, within=60)

        async def dial_and_leave() -> None:
            async with dial():
                pass

        count = await cancel_everywhere(dial_and_leave, after_each=lambda: check_closed(opened))
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
