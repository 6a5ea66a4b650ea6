"""How a scripted phone calls: over a real socket, or without a network."""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

import trio
import trio.testing

from trio_live._tasks import open_service_nursery
from trio_live.errors import ConnectRejected
from trio_live.phone import (
    ASTERISK_WEBSOCKET,
    AUDIOSOCKET,
    PLIVO,
    TELNYX,
    TWILIO,
    Answer,
    AudioFormat,
    Carrier,
    Dialect,
    PhoneServer,
)
from trio_live.phone._internal import Connection, TcpConnection, WebSocketConnection, ask_for_websocket
from trio_live.testing.phone._asterisk_sides import AsteriskWebSocketSide, AudioSocketSide
from trio_live.testing.phone._far_sides import FarSide, PlivoSide, TelnyxSide, TwilioSide
from trio_live.testing.phone._phone import ScriptedPhone

CALL_ID: Final = "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"

_SIDES: Final[dict[str, Callable[[AudioFormat | None, bool], FarSide]]] = {
    TWILIO.name: lambda _, __: TwilioSide(),
    TELNYX.name: lambda format, _: TelnyxSide(format),  # noqa: A006
    PLIVO.name: lambda format, _: PlivoSide(format),  # noqa: A006
    AUDIOSOCKET.name: lambda format, _: AudioSocketSide(format),  # noqa: A006
    ASTERISK_WEBSOCKET.name: lambda format, tells: AsteriskWebSocketSide(format, is_json=tells),  # noqa: A006
}
"""What speaks for a phone, by how its sound is coded and whether parameters are given along: words have no room for them."""


@asynccontextmanager
async def open_phone(
    answer: Answer | PhoneServer,
    dialect: Dialect,
    *,
    call_id: str = CALL_ID,
    parameters: Mapping[str, str] | None = None,
    format: AudioFormat | None = None,  # noqa: A002  # the field's word
    headers: Mapping[str, str] | None = None,
) -> AsyncGenerator[ScriptedPhone, None]:
    """Call without a network: everything but the socket is real, and time may be virtual.

    Args:
        answer: what would be given to `open_phone_server`; or a server of its own.
        dialect: that both speak.
        call_id: of the call.
        parameters: that are given along.
        format: how the caller's sound is coded, where the dialect leaves a choice.
        headers: of the request for a WebSocket.

    Raises:
        ConnectRejected: the call was not admitted.

    Cancellation: the phone hangs up.
    """
    server = answer if isinstance(answer, PhoneServer) else PhoneServer(answer, dialect)
    ours, theirs = trio.testing.memory_stream_pair()
    async with open_service_nursery("the phone is put away") as nursery:
        nursery.start_soon(server.serve_stream, theirs)
        async with _calling(ours, dialect, "ws://phone.test/", call_id, parameters, format, headers) as phone:
            yield phone


@asynccontextmanager
async def open_phone_over_socket(
    address: str,
    dialect: Dialect,
    *,
    call_id: str = CALL_ID,
    parameters: Mapping[str, str] | None = None,
    format: AudioFormat | None = None,  # noqa: A002
    headers: Mapping[str, str] | None = None,
    ssl_context: ssl.SSLContext | None = None,
) -> AsyncGenerator[ScriptedPhone, None]:
    """Call a server of phones over a real socket.

    Args:
        address: `PhoneServer.address`, with a path if that matters.
        dialect: as `open_phone`, and the others, too.
        call_id: see there.
        parameters: see there.
        format: see there.
        headers: see there.
        ssl_context: a client's, for ``wss``.

    Raises:
        ConnectRejected: the call was not admitted.
        ValueError: no address.
        OSError: nobody listens.

    Cancellation: the phone hangs up.
    """
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if parts.hostname is None or parts.port is None:
        raise ValueError(f"an address has a host and a port, and {address!r} has not")
    stream: trio.abc.Stream = await trio.open_tcp_stream(parts.hostname, parts.port)
    if parts.scheme == "wss":
        stream = trio.SSLStream(stream, ssl_context or ssl.create_default_context(), server_hostname=parts.hostname)
    async with _calling(stream, dialect, address, call_id, parameters, format, headers) as phone:
        yield phone


@asynccontextmanager
async def _calling(  # noqa: PLR0917
    stream: trio.abc.Stream,
    dialect: Dialect,
    address: str,
    call_id: str,
    parameters: Mapping[str, str] | None,
    format: AudioFormat | None,  # noqa: A002
    headers: Mapping[str, str] | None,
) -> AsyncGenerator[ScriptedPhone, None]:
    try:
        connection: Connection = TcpConnection(stream)
        if dialect.carrier is Carrier.WEBSOCKET:
            asked = await ask_for_websocket(stream, address, headers or {})
            if not isinstance(asked, WebSocketConnection):
                words = bytes(asked.body).decode(errors="replace").strip()
                raise ConnectRejected(f"the call was not admitted: {words}", code=asked.status_code, reason=words)
            connection = asked
        side = _SIDES[dialect.name](format, bool(parameters))
        phone = ScriptedPhone(dialect, side, connection)
        async with open_service_nursery("the phone hangs up") as nursery:
            await phone.run(call_id, parameters or {}, nursery)
            yield phone
            with trio.CancelScope(shield=True), trio.move_on_after(1):
                await phone.hang_up()
    finally:
        with trio.CancelScope(shield=True):
            await trio.aclose_forcefully(stream)
