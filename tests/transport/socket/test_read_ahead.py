"""What a library reads before anybody asks for it is bounded in bytes."""

from __future__ import annotations

from contextlib import suppress

import pytest
import trio
import trio.testing

from tests.transport.raw_server import BINARY, SOON, Peer, close, frame, open_raw_server
from tests.transport.servers import MIB, dialer
from trio_live.errors import LinkLost
from trio_live.transport import TransportKind
from trio_live.transport._socket._limits import AHEAD_BYTES, CLOSE_WITHIN
from trio_live.transport._socket._read_ahead import ReadAhead

MESSAGE = bytes(256 * 1024)
MANY = 256
"""Messages; together 64 MiB."""


async def reads(ahead: ReadAhead, count: int, messages: trio.MemorySendChannel[bytes]) -> None:
    """What a library does: whole messages into a queue of its own."""
    for _ in range(count):
        await ahead.wait_for_room()
        ahead.count(MESSAGE)
        await messages.send(MESSAGE)


async def test_reading_stops_until_every_message_has_been_taken() -> None:
    ahead = ReadAhead()
    to, messages = trio.open_memory_channel[bytes](1000)
    most = AHEAD_BYTES // len(MESSAGE) + 1
    async with trio.open_nursery() as nursery:
        nursery.start_soon(reads, ahead, MANY, to)
        for taken in range(MANY):
            await trio.testing.wait_all_tasks_blocked()
            waiting = messages.statistics().current_buffer_used
            assert waiting <= most
            if taken <= most:
                assert waiting == most - taken
            with ahead.wanted():
                await messages.receive()


async def test_who_takes_without_a_pause_is_never_stopped() -> None:
    ahead = ReadAhead()
    to, messages = trio.open_memory_channel[bytes](1000)
    with trio.fail_after(SOON):
        async with trio.open_nursery() as nursery:
            nursery.start_soon(reads, ahead, MANY, to)
            for _ in range(MANY):
                with ahead.wanted():
                    await messages.receive()


async def test_a_cancelled_wait_loses_nothing_and_room_is_no_checkpoint() -> None:
    ahead = ReadAhead()
    with trio.testing.assert_no_checkpoints():
        await ahead.wait_for_room()
    ahead.count(bytes(AHEAD_BYTES + 1))
    with trio.move_on_after(0.01) as patience:
        await ahead.wait_for_room()
    assert patience.cancelled_caught
    ahead.lift()
    with trio.testing.assert_no_checkpoints():
        await ahead.wait_for_room()


@pytest.mark.parametrize("takes", [0, 5])
async def test_a_carrier_does_not_take_in_what_nobody_asks_for(kind: TransportKind, takes: int) -> None:
    said = 0

    async def floods(peer: Peer) -> None:
        nonlocal said
        for _ in range(MANY):
            await peer.stream.send_all(frame(BINARY, MESSAGE))
            said += 1
        await peer.say(close(1000, "done"))
        await peer.hear_all()

    received: list[bytes | str] = []
    async with open_raw_server(floods) as url, dialer(url, kind)() as transport:
        with trio.fail_after(4 * SOON):
            for _ in range(takes):
                received += await transport.receive()
            await trio.testing.wait_all_tasks_blocked(0.2)
            assert said * len(MESSAGE) < AHEAD_BYTES + 24 * MIB, "sockets hold the rest"
            with suppress(LinkLost):
                while True:
                    received += await transport.receive()
    assert received == [MESSAGE] * MANY


async def test_a_goodbye_is_quick_although_much_was_left_unread(kind: TransportKind) -> None:
    async def floods(peer: Peer) -> None:
        for _ in range(MANY):
            await peer.say(frame(BINARY, MESSAGE))
        await peer.say(close(1000, "done"))
        await peer.hear_all()

    async with open_raw_server(floods) as url, dialer(url, kind)() as transport:
        await trio.testing.wait_all_tasks_blocked(0.2)
        began = trio.current_time()
        with trio.fail_after(SOON):
            await transport.aclose()
        assert trio.current_time() - began < CLOSE_WITHIN + 0.5
