from __future__ import annotations

import pytest
import trio
from trio.testing import MockClock, assert_checkpoints, wait_all_tasks_blocked

from tests.emulator.callers import Notebook
from trio_live.emulator._audio import Frame
from trio_live.emulator._log import ConnectionLog, Direction
from trio_live.emulator._session._outbox import MOST_BYTES, MOST_WAITING, Outbox
from trio_live.errors import LinkLost
from trio_live.transport import memory_transport_pair


def outbox(notebook: Notebook | None = None) -> Outbox:
    return Outbox(ConnectionLog(1, notebook, trio.current_time))


def frames(count: int) -> list[Frame]:
    return [Frame(str(number), f"frame {number}") for number in range(count)]


async def test_frames_are_written_in_the_order_they_were_put(autojump_clock: MockClock) -> None:
    near, far = memory_transport_pair()
    notebook = Notebook()
    box = outbox(notebook)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(box.write_to, far)
        box.put(*frames(2))
        await box.wait_empty()
        box.put(Frame("last", "the last", is_media=True))
        await box.wait_empty()
        assert await near.receive() == ["0", "1", "last"]
        nursery.cancel_scope.cancel()
    assert [(r.direction, r.summary, r.is_media, r.frame) for r in notebook.records] == [
        (Direction.SENT, "frame 0", False, "0"),
        (Direction.SENT, "frame 1", False, "1"),
        (Direction.SENT, "the last", True, "last"),
    ]


async def test_producers_wait_for_a_client_that_does_not_read(autojump_clock: MockClock) -> None:
    near, far = memory_transport_pair(capacity=0)
    box = outbox()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(box.write_to, far)
        await wait_all_tasks_blocked()
        box.put(*frames(2 * MOST_WAITING))
        await wait_all_tasks_blocked()
        box.put(*frames(2 * MOST_WAITING))
        with pytest.raises(trio.TooSlowError), trio.fail_after(60):
            await box.wait_room()
        read = 0
        while read < 3 * MOST_WAITING:
            read += len(await near.receive())
        with trio.fail_after(60):
            await box.wait_room()
        nursery.cancel_scope.cancel()


async def test_producers_wait_for_a_few_large_frames_as_well(autojump_clock: MockClock) -> None:
    near, far = memory_transport_pair(capacity=0)
    box = outbox()
    large = Frame("x" * (MOST_BYTES // 2 + 1), "a picture")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(box.write_to, far)
        await wait_all_tasks_blocked()
        for _ in range(2):
            box.put(large)
            await wait_all_tasks_blocked()
        box.put(large)
        with pytest.raises(trio.TooSlowError), trio.fail_after(60):
            await box.wait_room()
        await near.receive()
        with trio.fail_after(60):
            await box.wait_room()
        nursery.cancel_scope.cancel()


async def test_waiting_is_a_checkpoint() -> None:
    box = outbox()
    with assert_checkpoints():
        await box.wait_room()
    with assert_checkpoints():
        await box.wait_empty()


async def test_the_end_of_the_connection_comes_out() -> None:
    near, far = memory_transport_pair()
    box = outbox()
    near.close(1000)
    box.put(*frames(1))
    with pytest.raises(LinkLost):
        await box.write_to(far)
