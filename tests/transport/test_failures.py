"""Dials that fail: each in its own words, at once, and without the credential."""

from __future__ import annotations

import socket
import struct
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
import trio.testing
import trio_websocket

from tests.transport.servers import KEY, dialer, free_port, listen, open_server, open_tcp_server, talking
from trio_live.errors import ConfigError, ConnectError, ConnectRejected, ConnectTimeout
from trio_live.transport import Dialer, GoogleAI, TransportKind, Vertex, dial_websocket
from trio_live.transport._socket import WORDS_WITHIN

SOON = 5.0
HTTP_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


async def failure(dial: Dialer) -> ConnectError:
    """How a dial fails. It must, without waiting for its own time limit, and it must not show the key."""
    with trio.fail_after(SOON), pytest.raises(ConnectError) as caught:
        async with dial():
            pass
    assert KEY not in "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    return caught.value


def saying(answer: bytes, *, then_hang_up: bool = True) -> Callable[[trio.SocketStream], Awaitable[None]]:
    """A TCP server that waits for the request and answers with these bytes."""

    async def talk(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(answer)
        if not then_hang_up:
            await trio.sleep_forever()

    return talk


async def hang_up_at_once(stream: trio.SocketStream) -> None:
    """Close before anything was said."""


async def say_nothing(_: trio.SocketStream) -> None:
    """Keep the line open."""
    await trio.sleep_forever()


async def reset(stream: trio.SocketStream) -> None:
    """Break the connection as a crashed peer does."""
    await stream.receive_some()
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


# ------------------------------------------------------------------------------------------------------- the answer is no


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "check the model, the API version and the base_url"),
        (401, "check the API key or token"),
        (403, "check the API key or token, and that it may use this project and model"),
        (404, "check the base_url and the API version"),
        (429, "quota or concurrent sessions are used up; wait before trying again"),
        (503, None),
    ],
)
async def test_an_http_status_is_a_rejection_with_code_words_and_advice(
    kind: TransportKind, status: int, advice: str | None
) -> None:
    async def refuse(request: trio_websocket.WebSocketRequest) -> None:
        await request.reject(status, body=b" API key not valid. \n")

    async with open_server(refuse) as url:
        error = await failure(dialer(url, kind, within=60))
    assert isinstance(error, ConnectRejected)
    assert (error.code, error.reason, error.advice) == (status, "API key not valid.", advice)
    name = url.removeprefix("ws://")
    assert error.what == f"{name} refused the connection with HTTP status {status}: API key not valid."


async def test_a_rejection_may_have_nothing_to_say(kind: TransportKind) -> None:
    async def refuse(request: trio_websocket.WebSocketRequest) -> None:
        await request.reject(401)

    async with open_server(refuse) as url:
        error = await failure(dialer(url, kind, within=60))
    assert isinstance(error, ConnectRejected)
    assert error.reason == ""
    assert error.what.endswith("refused the connection with HTTP status 401")


async def test_a_long_refusal_is_cut(kind: TransportKind) -> None:
    async def refuse(request: trio_websocket.WebSocketRequest) -> None:
        await request.reject(500, body=b"<html>" * 10_000)

    async with open_server(refuse) as url:
        error = await failure(dialer(url, kind, within=60))
    assert isinstance(error, ConnectRejected)
    assert len(error.reason) == 300


@pytest.mark.parametrize("endpoint", [GoogleAI, lambda key, base_url: Vertex("p", "us", key, base_url=base_url)])
async def test_a_gateway_that_repeats_the_request_does_not_give_the_key_away(
    kind: TransportKind, endpoint: Callable[..., Any]
) -> None:
    async def repeat(request: trio_websocket.WebSocketRequest) -> None:
        await request.reject(400, body=b"you sent " + b", ".join(value for _, value in request.headers))

    async with open_server(repeat) as url:
        error = await failure(dial_websocket(endpoint(KEY, base_url=url), connect_within=60, kind=kind))
    assert isinstance(error, ConnectRejected)
    assert "…" in error.reason


@pytest.mark.parametrize("length", [b"Connection: close", b"Content-Length: 100"])
async def test_a_refusal_whose_body_ends_with_the_connection_is_still_a_refusal(
    kind: TransportKind, length: bytes
) -> None:
    answer = b"HTTP/1.1 401 Unauthorized\r\n" + length + b"\r\n\r\nbad key " + KEY.encode()
    async with open_tcp_server(saying(answer)) as url:
        error = await failure(dialer(url, kind, within=60))
    assert isinstance(error, ConnectRejected)
    assert (error.code, error.reason) == (401, "bad key …")


@pytest.mark.parametrize(
    ("status", "rest", "words"),
    [
        (401, b"\r\n", ""),
        (403, b"\r\nbad key", "bad key"),
        (404, b"Content-Length: 100\r\n\r\nno such", "no such"),
        (429, b"Transfer-Encoding: chunked\r\n\r\n5\r\nquota\r\n", "quota"),
        (503, b"Connection: keep-alive\r\n\r\nbusy", "busy"),
    ],
)
async def test_a_refusal_that_keeps_the_connection_open_is_told_a_second_later(
    kind: TransportKind, patient_clock: trio.testing.MockClock, status: int, rest: bytes, words: str
) -> None:
    async def refuse(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(b"HTTP/1.1")
        await trio.testing.wait_all_tasks_blocked(0.01)
        await stream.send_all(b" %d No\r\n" % status + rest)
        await trio.sleep_forever()

    async with open_tcp_server(refuse) as url:
        error = await failure(dialer(url, kind, within=4))
        assert trio.current_time() == pytest.approx(WORDS_WITHIN)
    assert isinstance(error, ConnectRejected)
    assert error.code == status
    assert words in error.reason


async def test_the_words_of_a_refusal_may_take_a_moment(kind: TransportKind) -> None:
    async def refuse(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        for part in (b"HTTP/1.1 401 No\r\nContent-Length: 7\r\n\r\n", b"bad", b" key"):
            await stream.send_all(part)
            await trio.testing.wait_all_tasks_blocked(0.01)
        await trio.sleep_forever()

    async with open_tcp_server(refuse) as url:
        error = await failure(dialer(url, kind, within=60))
    assert isinstance(error, ConnectRejected)
    assert (error.code, error.reason) == (401, "bad key")


async def test_an_ordinary_page_is_a_rejection_too(kind: TransportKind) -> None:
    async with open_tcp_server(saying(HTTP_OK)) as url:
        error = await failure(dialer(url, kind, within=60))
    assert isinstance(error, ConnectRejected)
    assert (error.code, error.reason) == (200, "hi")


# ---------------------------------------------------------------------------------------------- nobody, or nobody sensible


async def test_a_port_where_nobody_listens_cannot_be_reached(kind: TransportKind) -> None:
    port = await free_port()
    error = await failure(dialer(f"ws://127.0.0.1:{port}", kind, within=60))
    assert type(error) is ConnectError
    assert error.what.startswith(f"127.0.0.1:{port} cannot be reached: ")
    assert "refused" in error.what.lower()
    assert error.advice == "check the address and the network"


class NoNames(trio.abc.HostnameResolver):
    """A name service that knows nobody."""

    async def getaddrinfo(self, *_: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def getnameinfo(self, *_: Any) -> Any:
        raise NotImplementedError


async def test_a_name_that_nobody_knows_cannot_be_reached(kind: TransportKind) -> None:
    trio.socket.set_custom_hostname_resolver(NoNames())
    error = await failure(dialer("ws://nowhere.invalid", kind, within=60))
    assert type(error) is ConnectError
    assert error.what == "nowhere.invalid:80 cannot be reached: Name or service not known"


@pytest.mark.parametrize("scheme", ["ws", "wss"])
async def test_a_server_that_says_nothing_runs_into_the_time_limit(kind: TransportKind, scheme: str) -> None:
    async with open_tcp_server(say_nothing) as url:
        error = await failure(dialer(url.replace("ws", scheme), kind, within=0.05))
    assert isinstance(error, ConnectTimeout)
    assert error.what.endswith("did not answer within 0.05 s")


@pytest.mark.parametrize(
    ("scheme", "talk"),
    [
        ("ws", hang_up_at_once),
        ("ws", saying(b"")),
        ("ws", saying(b"HTTP/1.1 101 ")),
        ("ws", reset),
        ("wss", hang_up_at_once),
        ("wss", saying(b"")),
        ("wss", reset),
    ],
)
async def test_a_server_that_hangs_up_is_noticed_at_once(
    kind: TransportKind, scheme: str, talk: Callable[[trio.SocketStream], Awaitable[None]]
) -> None:
    async with open_tcp_server(talk) as url:
        error = await failure(dialer(url.replace("ws", scheme), kind, within=60))
    assert type(error) is ConnectError
    assert error.what == f"{url.removeprefix('ws://')} hung up in the middle of the handshake"


@pytest.mark.parametrize("then_hang_up", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x15\x03\x03\x00\x02\x02\x28" * 10 + b"\r\n\r\n",
        b"HTTP/1.1 101 Hi\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
        b"HTTP/1.1 101 Hi\r\n\r\n",
    ],
)
async def test_an_answer_that_is_no_handshake_is_told_as_such(
    kind: TransportKind, answer: bytes, *, then_hang_up: bool
) -> None:
    async with open_tcp_server(saying(answer, then_hang_up=then_hang_up)) as url:
        error = await failure(dialer(url, kind, within=60))
    assert type(error) is ConnectError
    assert error.what == f"{url.removeprefix('ws://')} did not answer as a WebSocket server does"
    assert error.advice == "is this a WebSocket server, and does it speak TLS where you do?"


async def test_a_time_limit_that_has_passed_is_a_timeout_and_not_a_hang(kind: TransportKind) -> None:
    async with open_server(talking(listen)) as url:
        assert isinstance(await failure(dialer(url, kind, within=0)), ConnectTimeout)


# -------------------------------------------------------------------------------------------------------- the credential


async def test_the_function_that_gives_the_credential_has_a_time_limit_of_its_own(
    kind: TransportKind,
    autojump_clock: trio.testing.MockClock,
) -> None:
    async def asks_a_human() -> str:
        await trio.sleep(3600)
        return KEY

    endpoint = GoogleAI(asks_a_human, base_url="ws://127.0.0.1:1")
    with pytest.raises(ConnectTimeout, match="the function that gives the credential did not return within 7 s"):
        async with dial_websocket(endpoint, connect_within=7, kind=kind)():
            pass
    assert trio.current_time() == pytest.approx(7)


async def test_time_spent_on_the_credential_is_not_taken_from_the_dial(
    kind: TransportKind, mock_clock: trio.testing.MockClock
) -> None:
    def thinks_for_long() -> str:
        mock_clock.jump(9.9)
        return KEY

    async def slow(request: trio_websocket.WebSocketRequest) -> None:
        mock_clock.jump(9.9)
        await listen(await request.accept())

    async with (
        open_server(slow) as url,
        dial_websocket(GoogleAI(thinks_for_long, base_url=url), connect_within=10, kind=kind)(),
    ):
        assert trio.current_time() == pytest.approx(19.8)


async def test_a_credential_that_cannot_be_had_is_a_connect_error(kind: TransportKind) -> None:
    def fails() -> str:
        raise OSError("the metadata server is away")

    error = await failure(dial_websocket(GoogleAI(fails, base_url="ws://127.0.0.1:1"), kind=kind))
    assert error.what == "the function given as api_key raised OSError"
    error = await failure(dial_websocket(GoogleAI(KEY + "\n", base_url="ws://127.0.0.1:1"), kind=kind))
    assert "line break" in error.what


async def test_an_address_that_is_none_is_a_config_error(kind: TransportKind) -> None:
    with pytest.raises(ConfigError):
        async with dial_websocket(GoogleAI(KEY, base_url="nowhere"), kind=kind)():
            pass
