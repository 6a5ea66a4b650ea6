"""Signs of life, in virtual time: the peer answers or does not."""

from __future__ import annotations

import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import cast

import attrs
import pytest
import trio
import trio.testing
import trio_websocket
from websockets.protocol import CLIENT, Protocol
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Event, Ping, Pong, TextMessage

from trio_live.errors import LinkLost
from trio_live.transport import TransportKind, WebSocketTransport
from trio_live.transport._frames import Inbound
from trio_live.transport._internal import MAX_MESSAGE_BYTES
from trio_live.transport._lean import LeanTransport
from trio_live.transport._socket import Line as SocketLine
from trio_live.transport._socket import LineStream

Clock = trio.testing.MockClock


@attrs.define
class Line:
    """A connected transport, and a peer that does nothing by itself."""

    transport: WebSocketTransport | LeanTransport
    watch: Callable[[], Awaitable[None]]
    wire: trio.abc.Stream
    nursery: trio.Nursery
    protocol: Connection = attrs.field(factory=lambda: Connection(ConnectionType.SERVER))
    ended_at: float | None = None

    async def say(self, event: Event) -> None:
        await self.wire.send_all(self.protocol.send(event))

    async def hear(self) -> list[Event]:
        """What the client wrote next."""
        self.protocol.receive_data(bytes(await self.wire.receive_some()))
        return list(self.protocol.events())

    async def read(self) -> None:
        """What a session does all the time."""
        with suppress(LinkLost):
            while True:
                await self.transport.receive()

    async def keep_alive(self) -> None:
        await self.watch()
        self.ended_at = trio.current_time()


@asynccontextmanager
async def open_line(kind: TransportKind) -> AsyncGenerator[Line, None]:
    """A line whose far end has shaken hands and then let go of its reader."""
    opened = _open_lean() if kind is TransportKind.LEAN else _open_trio_websocket()
    async with opened as line:
        yield line


@asynccontextmanager
async def _open_ends() -> AsyncGenerator[tuple[SocketLine, trio.SocketStream], None]:
    near, far = socket.socketpair()
    far.setblocking(False)
    line = SocketLine(near)
    async with trio.SocketStream(trio.socket.from_stdlib_socket(far)) as wire:
        yield line, wire
        line.close()


@asynccontextmanager
async def _open_trio_websocket() -> AsyncGenerator[Line, None]:
    async with _open_ends() as (line, far), trio.open_nursery() as nursery:

        async def shake_hands() -> None:
            async with trio.open_nursery() as server_nursery:
                request = await trio_websocket.wrap_server_stream(server_nursery, far)
                await request.accept()
                server_nursery.cancel_scope.cancel()

        nursery.start_soon(shake_hands)
        stream = LineStream(line)
        connection = await trio_websocket.wrap_client_stream(
            nursery, cast("trio.SocketStream", stream), "host", "/", message_queue_size=1024
        )
        await trio.testing.wait_all_tasks_blocked()
        transport = WebSocketTransport(connection, stream)
        yield Line(transport, partial(transport.keep_alive, stream), far, nursery)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _open_lean() -> AsyncGenerator[Line, None]:
    async with _open_ends() as (line, wire), trio.open_nursery() as nursery:
        protocol = Protocol(CLIENT)
        transport = LeanTransport(line, protocol, Inbound(protocol, MAX_MESSAGE_BYTES))
        yield Line(transport, transport.keep_alive, wire, nursery)
        nursery.cancel_scope.cancel()


async def test_silence_is_asked_about_after_twenty_seconds_and_no_sooner(
    kind: TransportKind, autojump_clock: Clock
) -> None:
    async with open_line(kind) as line:
        line.nursery.start_soon(line.keep_alive)
        (ping,) = await line.hear()
        assert isinstance(ping, Ping)
        assert trio.current_time() == pytest.approx(20)


async def test_a_peer_that_stays_silent_is_dead_sixty_seconds_later(kind: TransportKind, autojump_clock: Clock) -> None:
    async with open_line(kind) as line:
        line.nursery.start_soon(line.keep_alive)
        with pytest.raises(LinkLost) as caught:
            await line.transport.receive()
        assert trio.current_time() == pytest.approx(80)
        assert (caught.value.code, caught.value.reason) == (1006, "no sign of life for 80 s")
        with pytest.raises(LinkLost) as again:
            await line.transport.send(["too late"])
        assert again.value.reason == "no sign of life for 80 s"
        assert again.value is not caught.value
        await trio.testing.wait_all_tasks_blocked()
        assert line.ended_at == pytest.approx(80)


async def test_a_late_pong_is_soon_enough(kind: TransportKind, autojump_clock: Clock) -> None:
    async with open_line(kind) as line:
        line.nursery.start_soon(line.read)
        line.nursery.start_soon(line.keep_alive)
        for asked_at in (20, 99, 178):
            (ping,) = await line.hear()
            assert isinstance(ping, Ping)
            assert trio.current_time() == pytest.approx(asked_at)
            await trio.sleep(59)
            await line.say(Pong(payload=ping.payload))
        assert line.ended_at is None


async def test_any_traffic_is_a_sign_of_life_and_spares_the_ping(kind: TransportKind, autojump_clock: Clock) -> None:
    async with open_line(kind) as line:
        line.nursery.start_soon(line.keep_alive)
        for _ in range(40):
            await trio.sleep(15)
            await line.say(TextMessage(data="still here"))
            assert await line.transport.receive() == ["still here"]
        assert trio.current_time() == pytest.approx(600)
        with trio.move_on_after(19) as nothing_was_asked:
            await line.hear()
        assert nothing_was_asked.cancelled_caught
        assert line.ended_at is None


async def test_traffic_after_the_ping_stands_for_the_pong(kind: TransportKind, autojump_clock: Clock) -> None:
    async with open_line(kind) as line:
        line.nursery.start_soon(line.read)
        line.nursery.start_soon(line.keep_alive)
        await trio.sleep(50)
        await line.say(TextMessage(data="busy, but here"))
        await trio.sleep(79)
        assert line.ended_at is None
        await trio.sleep_until(131)
        assert line.ended_at == pytest.approx(130)  # asked again at 70


async def test_the_watch_ends_with_the_connection(kind: TransportKind, autojump_clock: Clock) -> None:
    async with open_line(kind) as line:
        line.nursery.start_soon(line.keep_alive)
        await trio.sleep(5)
        await line.say(CloseConnection(code=1001, reason="bye"))
        with pytest.raises(LinkLost):
            await line.transport.receive()
        await trio.sleep_until(3600)
        assert line.ended_at is not None
        assert line.ended_at <= 30


async def test_a_peer_that_does_not_answer_the_goodbye_is_left_after_a_second(
    kind: TransportKind, autojump_clock: Clock
) -> None:
    async with open_line(kind) as line:
        await line.transport.aclose()
        assert trio.current_time() == pytest.approx(1)
        assert any(isinstance(event, CloseConnection) for event in await line.hear())
        with pytest.raises(LinkLost) as caught:
            await line.transport.receive()
        assert caught.value.code == 1000


async def test_a_cancelled_goodbye_does_not_wait(kind: TransportKind, autojump_clock: Clock) -> None:
    async with open_line(kind) as line:
        with trio.CancelScope() as scope:
            scope.cancel()
            await line.transport.aclose()
        assert trio.current_time() == pytest.approx(0)
        with pytest.raises(LinkLost):
            await line.transport.receive()
