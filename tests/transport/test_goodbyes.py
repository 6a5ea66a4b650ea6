"""How a connection ends, by hand against both carriers: who speaks first, who answers, and who does not."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing
from websockets.frames import Opcode

from tests.transport.raw_server import BINARY, PING, SOON, TEXT, Peer, Script, close, frame, open_raw_server
from tests.transport.servers import dialer
from trio_live.errors import LinkLost
from trio_live.transport import Transport, TransportKind
from trio_live.transport._socket import (
    CLOSE_WITHIN,
    NO_SIGN_OF_LIFE,
    PING_AFTER,
    PONG_WITHIN,
    WRITE_STALLED,
    WRITE_WITHIN,
)

Clock = trio.testing.MockClock
OURS = (Opcode.CLOSE, b"\x03\xe8")


Contexts = tuple[ssl.SSLContext | None, ssl.SSLContext | None]


@asynccontextmanager
async def connected(kind: TransportKind, script: Script, contexts: Contexts) -> AsyncGenerator[Transport, None]:
    """A transport whose peer follows a script; the script is over when the block is."""
    theirs, ours = contexts
    async with open_raw_server(script, tls=theirs) as url, dialer(url, kind, context=ours)() as transport:
        yield transport


async def lost(transport: Transport) -> tuple[int, str]:
    """The code and the reason with which the connection ended, as a sender and a reader learn them."""
    with trio.fail_after(SOON), pytest.raises(LinkLost) as caught:
        await transport.receive()
    with trio.fail_after(SOON), pytest.raises(LinkLost) as again:
        await transport.send(["too late"])
    assert (again.value.code, again.value.reason) == (caught.value.code, caught.value.reason)
    return caught.value.code, caught.value.reason


async def test_our_goodbye_is_answered(kind: TransportKind, contexts: Contexts, patient_clock: Clock) -> None:
    heard: list[tuple[Opcode, bytes]] = []

    async def answer(peer: Peer) -> None:
        heard.extend(await peer.hear())
        await peer.say(close(1000))
        heard.extend(await peer.hear_all())

    async with connected(kind, answer, contexts) as transport:
        await transport.aclose()
        assert await lost(transport) == (1000, "")
    assert trio.current_time() == 0
    assert heard == [OURS]


async def test_what_comes_before_the_answer_is_let_go_and_a_ping_is_not_answered(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    """Over trio-websocket the answer behind the ping is not heard: its reader falls over the pong that it may not send."""
    heard: list[tuple[Opcode, bytes]] = []

    async def talk_on(peer: Peer) -> None:
        heard.extend(await peer.hear())
        await peer.say(frame(TEXT, b"one more thing") + frame(PING) + close(1000))
        heard.extend(await peer.hear_all())

    async with connected(kind, talk_on, contexts) as transport:
        await transport.aclose()
        assert trio.current_time() == pytest.approx(0)
    assert heard == [OURS]


async def test_two_goodbyes_that_cross_are_the_peers(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    heard: list[tuple[Opcode, bytes]] = []
    said = trio.Event()

    async def say_it_too(peer: Peer) -> None:
        await peer.say(close(1001, "going"))
        said.set()
        heard.extend(await peer.hear_all())

    async with connected(kind, say_it_too, contexts) as transport:
        await said.wait()
        await transport.aclose()
        assert (await lost(transport))[0] == 1001
    assert trio.current_time() == 0
    assert len(heard) == 1


@pytest.mark.parametrize("hangs_up", [True, False])
async def test_a_goodbye_that_is_not_answered_is_waited_for_two_seconds_at_most(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock, *, hangs_up: bool
) -> None:
    heard: list[tuple[Opcode, bytes]] = []

    async def say_nothing(peer: Peer) -> None:
        heard.extend(await peer.hear())
        if not hangs_up:
            heard.extend(await peer.hear_all())

    async with connected(kind, say_nothing, contexts) as transport:
        await transport.aclose()
        assert trio.current_time() == pytest.approx(0 if hangs_up else CLOSE_WITHIN)
        assert await lost(transport) == (1000, "")
    assert heard == [OURS]


async def test_their_goodbye_is_answered_and_their_hanging_up_is_not_waited_for(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    heard: list[tuple[Opcode, bytes]] = []

    async def say_goodbye(peer: Peer) -> None:
        await peer.say(frame(BINARY, b"last") + close(1011, "quota"))
        heard.extend(await peer.hear_all())  # and never hang up first

    async with connected(kind, say_goodbye, contexts) as transport:
        assert await transport.receive() == [b"last"]
        assert await lost(transport) == (1011, "quota")
    assert trio.current_time() == 0
    assert heard == [(Opcode.CLOSE, b"\x03\xf3quota")]


async def test_a_peer_that_says_goodbye_and_hangs_up_at_once_is_understood(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    async def say_goodbye(peer: Peer) -> None:
        await peer.say(close(1008, "policy"))
        await peer.cut()

    async with connected(kind, say_goodbye, contexts) as transport:
        assert await lost(transport) == (1008, "policy")
    assert trio.current_time() == 0


async def test_a_peer_that_stops_speaking_without_a_goodbye_has_broken_the_connection(
    kind: TransportKind, patient_clock: Clock
) -> None:
    """It still listens: only one half of the connection is closed."""

    async def listen_only(peer: Peer) -> None:
        assert isinstance(peer.stream, trio.SocketStream)
        await peer.say(frame(TEXT, b"one") + frame(TEXT, b"half")[:-1])
        await peer.stream.send_eof()
        await peer.hear_all()

    async with connected(kind, listen_only, (None, None)) as transport:
        assert await transport.receive() == ["one"]
        assert await lost(transport) == (1006, "the connection broke")
    assert trio.current_time() == 0


async def test_a_peer_that_crashes_has_broken_the_connection(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    async def crash(peer: Peer) -> None:
        await peer.hear()
        stream = peer.stream if isinstance(peer.stream, trio.SocketStream) else peer.stream.transport_stream
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await peer.cut()

    async with connected(kind, crash, contexts) as transport:
        await transport.send(["word"])
        assert await lost(transport) == (1006, "the connection broke")
    assert trio.current_time() == 0


async def test_a_peer_that_is_gone_without_a_trace_is_given_up(kind: TransportKind, patient_clock: Clock) -> None:
    """Nothing comes from it and nothing is refused, as when a cable is cut. The reader learns it."""
    pings = 0

    async def vanish(peer: Peer) -> None:
        nonlocal pings
        pings = sum(opcode is Opcode.PING for opcode, _ in await peer.hear_all())

    async with connected(kind, vanish, (None, None)) as transport:
        with pytest.raises(LinkLost) as caught:
            await transport.receive()
        assert (caught.value.code, caught.value.reason) == (1006, NO_SIGN_OF_LIFE)
        assert trio.current_time() == pytest.approx(PING_AFTER + PONG_WITHIN)
    assert pings == 1


async def test_a_goodbye_to_a_peer_that_does_not_read_is_given_up(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    done = trio.Event()

    async def wait(_: Peer) -> None:
        await done.wait()

    async with connected(kind, wait, contexts) as transport:
        with trio.move_on_after(5) as patience:
            while True:
                await transport.send([bytes(1_000_000)])
        assert patience.cancelled_caught
        await transport.aclose()
        assert trio.current_time() == pytest.approx(5 + CLOSE_WITHIN)
        done.set()


async def test_a_peer_that_speaks_and_never_reads_is_given_up(
    kind: TransportKind, contexts: Contexts, patient_clock: Clock
) -> None:
    done = trio.Event()
    heard: list[LinkLost] = []

    async def talk_on(peer: Peer) -> None:
        while not done.is_set():
            await peer.say(frame(TEXT, b"I am well"))
            await trio.sleep(11)

    async with connected(kind, talk_on, contexts) as transport, trio.open_nursery() as nursery:

        async def listen() -> None:
            try:
                while True:
                    await transport.receive()
            except LinkLost as end:
                heard.append(end)

        async def speak() -> None:
            while True:
                await transport.send([bytes(1_000_000)])

        nursery.start_soon(listen)
        with pytest.raises(LinkLost) as caught:
            await speak()
        assert WRITE_WITHIN <= trio.current_time() < 3 * WRITE_WITHIN, "the system's buffers may still grow a little"
        assert (caught.value.code, caught.value.reason) == (1006, WRITE_STALLED)
        assert await lost(transport) == (1006, WRITE_STALLED)
        done.set()
    assert [(each.code, each.reason) for each in heard] == [(1006, WRITE_STALLED)]
