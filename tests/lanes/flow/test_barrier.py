"""The interruption epoch: what is older is stale, what is newer waits."""

from __future__ import annotations

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from tests.peer import settled
from trio_live.lanes._internal import Barrier


async def test_without_an_interruption_everything_passes() -> None:
    assert await Barrier().wait_passed(0)


async def test_what_is_newer_waits_until_the_interruption_was_handled(nursery: trio.Nursery) -> None:
    barrier, passed = Barrier(), list[bool]()

    async def wait() -> None:
        passed.append(await barrier.wait_passed(1))

    assert barrier.interrupt() == 1
    nursery.start_soon(wait)
    await settled()
    assert passed == []
    barrier.let_pass(1)
    await settled()
    assert passed == [True]


async def test_a_second_interruption_makes_what_waits_stale(nursery: trio.Nursery) -> None:
    barrier, passed = Barrier(), list[bool]()

    async def wait() -> None:
        passed.append(await barrier.wait_passed(1))

    barrier.interrupt()
    nursery.start_soon(wait)
    await settled()
    barrier.interrupt()
    await settled()
    assert passed == [False]


async def test_letting_the_first_pass_does_not_let_the_second(nursery: trio.Nursery) -> None:
    barrier, passed = Barrier(), list[bool]()

    async def wait() -> None:
        passed.append(await barrier.wait_passed(2))

    barrier.interrupt()
    barrier.interrupt()
    nursery.start_soon(wait)
    barrier.let_pass(1)
    await settled()
    assert passed == []
    barrier.let_pass(2)
    await settled()
    assert passed == [True]


async def test_a_cancelled_wait_changes_nothing() -> None:
    barrier = Barrier()
    barrier.interrupt()
    with trio.CancelScope() as scope:
        scope.cancel()
        await barrier.wait_passed(1)
    assert scope.cancelled_caught
    assert (barrier.current, barrier.passed) == (1, 0)


@given(st.lists(st.integers(0, 5)))
def test_the_newest_epoch_that_passed_never_goes_back(epochs: list[int]) -> None:
    barrier = Barrier()
    for epoch in epochs:
        before = barrier.passed
        barrier.let_pass(epoch)
        assert barrier.passed == max(before, epoch)


@pytest.mark.parametrize("interruptions", [0, 1, 7])
def test_the_epoch_counts_interruptions(interruptions: int) -> None:
    barrier = Barrier()
    for _ in range(interruptions):
        barrier.interrupt()
    assert barrier.current == interruptions
