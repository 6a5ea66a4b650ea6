"""The upgrade of a line, beyond what both carriers share (see `test_failures` and `test_websocket`)."""

from __future__ import annotations

import logging

import pytest
import trio

from tests.transport.raw_server import accepted
from tests.transport.servers import KEY, dialer, open_tcp_server
from trio_live.errors import ConnectError, ConnectRejected
from trio_live.transport import TransportKind

LEAN = TransportKind.LEAN


@pytest.mark.parametrize("piece", [1, 7, 10_000])
async def test_an_answer_with_frames_right_behind_it_may_be_cut_anywhere(piece: int) -> None:
    async def talk(stream: trio.SocketStream) -> None:
        data = accepted(await stream.receive_some()) + b"\x81\x05hello\x82\x7e\x01\x00" + bytes(256)
        for at in range(0, len(data), piece):
            await stream.send_all(data[at : at + piece])
            await trio.lowlevel.checkpoint()
        await trio.sleep_forever()

    async with open_tcp_server(talk) as url:
        with trio.CancelScope() as scope:
            async with dialer(url, LEAN)() as transport:
                frames: list[bytes | str] = []
                with trio.fail_after(5):
                    while len(frames) < 2:
                        frames += await transport.receive()
                assert frames == ["hello", bytes(256)]
                scope.cancel()


async def test_a_server_that_presses_compression_on_us_is_no_server_for_us() -> None:
    async def talk(stream: trio.SocketStream) -> None:
        request = await stream.receive_some()
        assert b"Sec-WebSocket-Extensions" not in request
        extra = b"\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
        await stream.send_all(accepted(request).removesuffix(b"\r\n\r\n") + extra)

    async with open_tcp_server(talk) as url:
        with pytest.raises(ConnectError, match="did not answer as a WebSocket server does"):
            async with dialer(url, LEAN)():
                pass


@pytest.mark.parametrize("version", [b"1.0", b"1.1"])
async def test_an_old_gateway_may_refuse_in_its_own_version(version: bytes) -> None:
    async def talk(stream: trio.SocketStream) -> None:
        await stream.receive_some()
        await stream.send_all(b"HTTP/" + version + b" 503 No\r\nContent-Length: 4\r\n\r\nbusy")

    async with open_tcp_server(talk) as url:
        with pytest.raises(ConnectRejected, match="503: busy"):
            async with dialer(url, LEAN)():
                pass


async def test_the_credential_is_not_written_into_a_log_that_takes_everything(caplog: pytest.LogCaptureFixture) -> None:
    async def talk(stream: trio.SocketStream) -> None:
        request = await stream.receive_some()
        assert KEY.encode() in request
        await stream.send_all(accepted(request))
        await stream.receive_some()

    caplog.set_level(logging.DEBUG)
    async with open_tcp_server(talk) as url, dialer(url, LEAN)() as transport:
        await transport.send([KEY])
    assert KEY not in caplog.text
