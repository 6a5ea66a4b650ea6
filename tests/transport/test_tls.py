"""TLS: certificates that are trusted, and everything else."""

from __future__ import annotations

import ssl

import pytest
import trio
import trio_websocket
import trustme

from tests.transport.raw_server import Peer, open_raw_server
from tests.transport.servers import dialer, echo, open_server, open_tcp_server, talking
from trio_live.errors import ConfigError, ConnectError, ConnectRejected, LinkLost
from trio_live.transport import GoogleAI, TransportKind, dial_websocket

SOON = 5.0


async def refusal(url: str, kind: TransportKind, context: ssl.SSLContext | None = None) -> ConnectError:
    with trio.fail_after(SOON), pytest.raises(ConnectError) as caught:
        async with dialer(url, kind, context=context, within=60)():
            pass
    return caught.value


async def test_a_trusted_server_is_talked_to(
    kind: TransportKind, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with (
        open_server(talking(echo), tls=server_context) as url,
        dialer(url, kind, context=client_context)() as transport,
        trio.open_nursery() as nursery,
    ):
        sent: list[bytes | str] = ["hello", bytes(range(256)) * 4096]
        nursery.start_soon(transport.send, sent)
        with trio.fail_after(SOON):
            frames = [*await transport.receive()]
            while len(frames) < 2:
                frames += await transport.receive()
        assert frames == sent


async def test_a_close_is_told_over_tls(
    kind: TransportKind, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async def refuse(server: trio_websocket.WebSocketConnection) -> None:
        await server.aclose(1008, "not today")

    async with (
        open_server(talking(refuse), tls=server_context) as url,
        dialer(url, kind, context=client_context)() as transport,
    ):
        with trio.fail_after(SOON), pytest.raises(LinkLost) as caught:
            await transport.receive()
        assert (caught.value.code, caught.value.reason) == (1008, "not today")


async def test_a_cut_below_tls_ends_with_1006(
    kind: TransportKind, server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with (
        open_raw_server(Peer.cut, tls=server_context) as url,
        dialer(url, kind, context=client_context)() as transport,
    ):
        with trio.fail_after(SOON), pytest.raises(LinkLost) as caught:
            await transport.receive()
        assert caught.value.code == 1006


async def test_a_server_that_nobody_vouches_for_is_refused(kind: TransportKind, server_context: ssl.SSLContext) -> None:
    async def hello(stream: trio.SocketStream) -> None:
        with pytest.raises(trio.BrokenResourceError):
            await trio.SSLStream(stream, server_context, server_side=True).do_handshake()

    async with open_tcp_server(hello) as url:
        error = await refusal(url.replace("ws", "wss"), kind)
    assert isinstance(error, ConnectRejected)
    assert error.code is None
    assert "certificate" in error.what
    assert error.advice == "for a private certificate pass an ssl_context that trusts it"


async def test_a_certificate_for_somebody_else_is_refused(
    kind: TransportKind, authority: trustme.CA, client_context: ssl.SSLContext
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("somebody.example").configure_cert(context)

    async def hello(stream: trio.SocketStream) -> None:
        with pytest.raises(trio.BrokenResourceError):
            await trio.SSLStream(stream, context, server_side=True).do_handshake()

    async with open_tcp_server(hello) as url:
        error = await refusal(url.replace("ws", "wss"), kind, client_context)
    assert isinstance(error, ConnectRejected)
    assert "127.0.0.1" in error.what


async def test_a_server_that_does_not_speak_tls_is_told_as_such(kind: TransportKind) -> None:
    async def speak_http(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with open_tcp_server(speak_http) as url:
        error = await refusal(url.replace("ws", "wss"), kind)
    assert isinstance(error, ConnectRejected)
    assert error.advice == "is this a WebSocket server, and does it speak TLS where you do?"


def test_a_context_that_verifies_nothing_is_a_mistake() -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    with pytest.raises(ConfigError, match="does not verify the server"):
        dial_websocket(GoogleAI("key"), ssl_context=trusting)
    trusting.verify_mode = ssl.CERT_NONE
    with pytest.raises(ConfigError, match="does not verify the server"):
        dial_websocket(GoogleAI("key"), ssl_context=trusting)
