"""A dial and a close that are cancelled at any moment leave nothing behind."""

from __future__ import annotations

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
from trio_live.transport import GoogleAI, dial_websocket


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[trio.SocketStream]:
    """Every socket that is opened to a server."""
    streams: list[trio.SocketStream] = []
    open_tcp_stream = trio.open_tcp_stream

    async def remember(*args: Any, **settings: Any) -> trio.SocketStream:
        stream = await open_tcp_stream(*args, **settings)
        streams.append(stream)
        return stream

    monkeypatch.setattr(trio, "open_tcp_stream", remember)
    return streams


def check_closed(opened: list[trio.SocketStream]) -> None:
    assert all(stream.socket.fileno() == -1 for stream in opened)


async def test_a_dial_cancelled_anywhere_leaves_no_socket(opened: list[trio.SocketStream]) -> None:
    async with open_server(talking(listen)) as url:
        dial = dialer(url, within=60)

        async def dial_and_leave() -> None:
            async with dial():
                pass

        count = await cancel_everywhere(dial_and_leave, after_each=lambda: check_closed(opened))
    assert count > 10
    assert opened


async def test_a_conversation_cancelled_anywhere_leaves_no_socket(opened: list[trio.SocketStream]) -> None:
    async def token() -> str:
        await trio.lowlevel.checkpoint()
        return KEY

    async with open_server(talking(echo)) as url:
        dial = dial_websocket(GoogleAI(token, base_url=url), connect_within=60)

        async def converse() -> None:
            async with dial() as transport:
                await transport.send(["hello", b"world"])
                assert (await transport.receive())[0] == "hello"
                await transport.aclose()

        count = await cancel_everywhere(converse, after_each=lambda: check_closed(opened))
    assert count > 10


async def test_a_dial_over_tls_cancelled_anywhere_leaves_no_socket(opened: list[trio.SocketStream]) -> None:
    authority = trustme.CA()
    theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(theirs)
    ours = ssl.create_default_context()
    authority.configure_trust(ours)

    async with open_server(talking(listen), tls=theirs) as url:
        dial = dialer(url, context=ours, within=60)

        async def dial_and_leave() -> None:
            async with dial():
                pass

        count = await cancel_everywhere(dial_and_leave, after_each=lambda: check_closed(opened))
    assert count > 10


@pytest.fixture
def patient_clock() -> trio.testing.MockClock:
    """Virtual time that passes only when nothing has happened for a while, also not in the kernel."""
    return trio.testing.MockClock(autojump_threshold=0.2)


async def test_a_cancelled_user_says_goodbye_and_does_not_wait_for_time_to_pass(
    patient_clock: trio.testing.MockClock,
) -> None:
    codes: list[int] = []

    async def note(server: trio_websocket.WebSocketConnection) -> None:
        await listen(server)
        assert server.closed is not None
        codes.append(server.closed.code)

    async with open_server(talking(note)) as url:
        with trio.CancelScope() as scope:
            async with dialer(url)():
                scope.cancel()
                await trio.sleep_forever()
        assert trio.current_time() == 0
        await trio.testing.wait_all_tasks_blocked()
    assert codes == [1000]


async def test_a_dial_that_is_refused_cancelled_anywhere_leaves_no_socket(opened: list[trio.SocketStream]) -> None:
    async def hang_up(stream: trio.SocketStream) -> None:
        await stream.receive_some()

    async with open_tcp_server(hang_up) as url:
        dial = dialer(url, within=60)

        async def dial_in_vain() -> None:
            with pytest.raises(ConnectError):
                async with dial():
                    pass

        count = await cancel_everywhere(dial_in_vain, after_each=lambda: check_closed(opened))
    assert count > 5
