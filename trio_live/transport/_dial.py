"""The dialer of real connections: which library carries the frames, and what all of them need first.

A library is imported when it is first dialled with: each takes about 30 ms, a fifth of what our start would take with
it, and tests, replays and other carriers never need one.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import Enum

import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.errors import ConfigError, ConnectTimeout
from trio_live.transport._abc import Dialer, Transport
from trio_live.transport._endpoint import Address, Endpoint
from trio_live.transport._socket import CONNECT_WITHIN
from trio_live.transport._target import Target


class TransportKind(Enum):
    """What carries the frames of a session. Both pass the same tests; a session behaves alike over either."""

    LEAN = "lean"
    """The socket itself under the protocol of ``websockets``: no task is woken besides the one that waits."""
    TRIO_WEBSOCKET = "trio-websocket"
    """A connection of trio-websocket, with a task of its own that reads."""


def dial_websocket(
    endpoint: Endpoint,
    *,
    ssl_context: ssl.SSLContext | None = None,
    connect_within: Seconds = CONNECT_WITHIN,
    kind: TransportKind = TransportKind.LEAN,
) -> Dialer:
    """A dialer for one platform.

    Args:
        endpoint: where to, and with what credential.
        ssl_context: for ``wss``, instead of the default one; it must verify the server.
        connect_within: seconds for TCP, TLS and the upgrade together; a function that gives the credential has as many
            for itself.
        kind: what carries the frames.

    Raises:
        ConfigError: the context does not verify the server.
    """
    if ssl_context is not None and (ssl_context.verify_mode is not ssl.CERT_REQUIRED or not ssl_context.check_hostname):
        raise ConfigError("ssl_context does not verify the server; trust its certificate instead of switching TLS off")

    @asynccontextmanager
    async def dial() -> AsyncGenerator[Transport, None]:
        target = Target(await _address(endpoint, connect_within), ssl_context, connect_within)
        async with _OPEN[kind](target) as transport:
            yield transport

    return dial


async def _address(endpoint: Endpoint, within: Seconds) -> Address:
    try:
        with trio.fail_after(within):
            return await endpoint.address()
    except trio.TooSlowError:
        raise ConnectTimeout(f"the function that gives the credential did not return within {within:g} s") from None


@asynccontextmanager
async def _open_lean(target: Target) -> AsyncGenerator[Transport, None]:
    from trio_live.transport._upgrade import upgrade

    with target.explained(), trio.fail_after(target.connect_within):
        line = await target.open_line()
        try:
            transport = await upgrade(target, line)
        except BaseException:
            line.close()
            raise
    try:
        async with open_service_nursery("the connection is closed") as nursery:
            nursery.start_soon(transport.keep_alive)
            nursery.start_soon(transport.carry)
            try:
                yield transport
            finally:
                with trio.CancelScope(shield=True):
                    await transport.aclose()
    finally:
        line.close()


@asynccontextmanager
async def _open_trio_websocket(target: Target) -> AsyncGenerator[Transport, None]:
    from trio_live.transport._websocket import open_connection

    async with open_connection(target) as transport:
        yield transport


_OPEN = {TransportKind.LEAN: _open_lean, TransportKind.TRIO_WEBSOCKET: _open_trio_websocket}
