"""The helper that cancels everywhere sees what it is there to see."""

from __future__ import annotations

import socket

import pytest
import trio

from tests.cancellation import cancel_everywhere


async def test_every_checkpoint_is_cancelled_once() -> None:
    reached: list[int] = []

    async def three_checkpoints() -> None:
        for number in range(3):
            await trio.lowlevel.checkpoint()
            reached.append(number)

    assert await cancel_everywhere(three_checkpoints) == 3
    assert reached == [0, 0, 1, 0, 1, 2]


async def test_steps_of_child_tasks_count_and_those_of_strangers_do_not() -> None:
    async def stranger() -> None:
        while True:
            await trio.lowlevel.checkpoint()

    async def with_a_child() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(trio.lowlevel.checkpoint)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(stranger)
        alone = await cancel_everywhere(trio.lowlevel.checkpoint)
        assert alone == 1
        assert await cancel_everywhere(with_a_child) > alone
        nursery.cancel_scope.cancel()


async def test_a_socket_that_is_left_open_is_found() -> None:
    async def careless() -> None:
        left_open = socket.socket()
        await trio.lowlevel.checkpoint()
        left_open.close()

    with pytest.raises(AssertionError, match="unclosed <socket"):
        await cancel_everywhere(careless)


async def test_what_the_work_raises_names_the_step() -> None:
    async def fails_when_cancelled() -> None:
        await trio.lowlevel.checkpoint()
        try:
            await trio.lowlevel.checkpoint()
        except trio.Cancelled:
            raise ValueError from None

    with pytest.raises(ValueError) as caught:
        await cancel_everywhere(fails_when_cancelled)
    assert caught.value.__notes__ == ["cancelled after 2 steps"]


async def test_work_that_never_ends_is_given_up() -> None:
    async def endless() -> None:
        while True:
            await trio.lowlevel.checkpoint()

    with pytest.raises(AssertionError, match="not over after 20 steps"):
        await cancel_everywhere(endless, most=20)
