"""Bursts through the library's queue: how often the reader gives up its turn, and that nothing else changes."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest
import trio
import trio.testing

from trio_live.transport._bursts import IN_A_ROW, Inbox, open_for_bursts


async def turns_of_another_task(inbox: Inbox, messages: int) -> int:
    """How often another task ran while so many messages were queued."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await trio.lowlevel.checkpoint()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(other)
        for number in range(messages):
            await inbox.send(str(number))
        had = turns
        nursery.cancel_scope.cancel()
    return had


async def test_a_burst_is_queued_in_one_turn() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](math.inf)
    assert await turns_of_another_task(Inbox(to_queue), IN_A_ROW - 1) == 0
    assert [queue.receive_nowait() for _ in range(IN_A_ROW - 1)] == [str(number) for number in range(IN_A_ROW - 1)]


async def test_a_long_burst_gives_others_a_turn_now_and_then() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](math.inf)
    assert await turns_of_another_task(Inbox(to_queue), IN_A_ROW * 3) in {2, 3}  # the last may come just after
    assert queue.statistics().current_buffer_used == IN_A_ROW * 3


async def test_a_full_queue_makes_the_reader_wait_and_keeps_the_order() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](2)
    inbox = Inbox(to_queue)

    async def read() -> None:
        for message in ("a", b"b", "c", b"d"):
            await inbox.send(message)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        assert queue.statistics().tasks_waiting_send == 1
        assert [await queue.receive() for _ in range(4)] == ["a", b"b", "c", b"d"]


async def test_a_cancelled_wait_queues_nothing() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](0)
    with trio.move_on_after(0) as patience:
        await Inbox(to_queue).send("late")
    assert patience.cancelled_caught
    with pytest.raises(trio.WouldBlock):
        queue.receive_nowait()


async def test_a_closed_queue_says_so() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](1)
    queue.close()
    with pytest.raises(trio.BrokenResourceError):
        await Inbox(to_queue).send("too late")


async def test_whatever_else_is_asked_of_it_is_the_queues_own() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](1)
    await Inbox(to_queue).aclose()
    with pytest.raises(trio.EndOfChannel):
        queue.receive_nowait()


async def test_both_ends_of_a_connections_queue_are_opened() -> None:
    to_queue, queue = trio.open_memory_channel[bytes | str](1)
    connection = SimpleNamespace(_send_channel=to_queue, _recv_channel=queue)
    take = open_for_bursts(connection)
    await connection._send_channel.send("hello")
    assert isinstance(connection._send_channel, Inbox)
    assert take is not None
    assert take() == "hello"


def test_a_connection_whose_queue_has_another_name_is_used_as_it_is() -> None:
    connection = SimpleNamespace(_outbox=1)
    assert open_for_bursts(connection) is None
    assert vars(connection) == {"_outbox": 1}
