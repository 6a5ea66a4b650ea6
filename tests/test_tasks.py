"""Nurseries that serve somebody else's block, and never change what comes out of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import trio
import trio.testing

from trio_live._tasks import (
    cancel,
    failures_in,
    holds_cancellation,
    open_service_nursery,
    runs_inside,
    unwrapped,
    within,
)


class BoomError(Exception):
    """What a block or a task raises here."""

    def __bool__(self) -> bool:
        return False  # an exception is one whatever it says of its truth


Work = Callable[[], Awaitable[None]]


def raising(error: BaseException) -> Work:
    """Work that fails after a while."""

    async def work() -> None:
        await trio.lowlevel.checkpoint()
        raise error

    return work


def raising_last(error: BaseException) -> Work:
    """Work that fails only when it is cancelled."""

    async def work() -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise error

    return work


async def serve(block: Work, *tasks: Work) -> None:
    """A block in a service nursery, entered when the tasks are under way."""
    async with open_service_nursery("the show is over") as nursery:
        for task in tasks:
            nursery.start_soon(task)
        await trio.testing.wait_all_tasks_blocked()
        await block()


async def cancelled_by(scope: trio.CancelScope) -> trio.Cancelled:
    """A real cancellation, which nobody can make by hand."""
    with scope:
        scope.cancel()
        try:
            await trio.lowlevel.checkpoint()
        except trio.Cancelled as error:
            return error
    raise AssertionError


# ----------------------------------------------------------------------------------------------------------- unwrapped


def test_a_plain_exception_is_itself() -> None:
    error = ValueError()
    assert unwrapped(error) is error


def test_groups_of_one_are_taken_off() -> None:
    error = ValueError()
    assert unwrapped(ExceptionGroup("outer", [ExceptionGroup("inner", [error])])) is error


def test_a_group_of_several_stays_one() -> None:
    group = ExceptionGroup("both", [ValueError(), KeyError()])
    assert unwrapped(group) is group
    assert unwrapped(ExceptionGroup("around", [group])) is group


async def test_a_group_of_cancellations_is_one_cancellation() -> None:
    first, second = await cancelled_by(trio.CancelScope()), await cancelled_by(trio.CancelScope())
    assert unwrapped(BaseExceptionGroup("both", [first, BaseExceptionGroup("in", [second])])) is first
    mixed = BaseExceptionGroup("both", [first, ValueError()])
    assert unwrapped(mixed) is mixed


# -------------------------------------------------------------------------------------------------------------- cancel


async def test_failures_are_what_a_group_holds_besides_cancellations() -> None:
    cancelled = await cancelled_by(trio.CancelScope())
    error = ValueError("no")
    assert failures_in(None) is None
    assert failures_in(BaseExceptionGroup("", [cancelled])) is None
    assert failures_in(BaseExceptionGroup("", [cancelled, ExceptionGroup("", [error])])) is error
    assert [holds_cancellation(each) for each in (cancelled, error, BaseExceptionGroup("", [error, cancelled]))] == [
        True,
        False,
        True,
    ]


async def test_cancelling_with_a_reason_cancels() -> None:
    with trio.CancelScope() as scope:
        cancel(scope, "the day is over")
        await trio.sleep_forever()
    assert scope.cancelled_caught


def test_an_older_trio_is_cancelled_without_the_reason() -> None:
    class OlderScope:
        called = False

        def cancel(self) -> None:
            self.called = True

    scope: Any = OlderScope()
    cancel(scope, "the day is over")
    assert scope.called


# ----------------------------------------------------------------------------------------------------- service nursery


async def test_tasks_end_with_the_block() -> None:
    reasons = []

    async def task() -> None:
        try:
            await trio.sleep_forever()
        except trio.Cancelled as error:
            reasons.append(str(error))
            raise

    await serve(trio.lowlevel.checkpoint, task, task)
    assert len(reasons) == 2
    if tuple(int(part) for part in trio.__version__.split(".")[:2]) >= (0, 31):
        assert all("the show is over" in reason for reason in reasons)


async def test_the_blocks_exception_comes_out_as_it_went_in() -> None:
    error, cause, context = BoomError("mine"), KeyError("cause"), IndexError("context")
    error.__cause__, error.__context__ = cause, context
    with pytest.raises(BoomError) as caught:
        await serve(raising(error), trio.sleep_forever)
    assert caught.value is error
    assert error.__cause__ is cause
    assert error.__context__ is context


async def test_a_group_raised_by_the_block_is_the_blocks_own_and_stays() -> None:
    group = ExceptionGroup("mine", [ValueError()])
    with pytest.raises(ExceptionGroup) as caught:
        await serve(raising(group), trio.sleep_forever)
    assert caught.value is group


async def test_a_tasks_exception_cancels_the_block_and_comes_out_with_its_cause() -> None:
    error, cause = BoomError("task"), KeyError("cause")
    error.__cause__ = cause
    with pytest.raises(BoomError) as caught:
        await serve(trio.sleep_forever, raising(error))
    assert caught.value is error
    assert error.__cause__ is cause
    assert error.__context__ is None


async def test_a_tasks_exception_comes_out_even_if_the_block_was_leaving() -> None:
    error = BoomError("task")
    with pytest.raises(BoomError) as caught:
        await serve(trio.lowlevel.checkpoint, raising_last(error))
    assert caught.value is error


async def test_a_tasks_group_of_one_is_unwrapped() -> None:
    async def task_with_a_nursery() -> None:
        async with trio.open_nursery() as inner:
            inner.start_soon(raising(BoomError("deep")))

    with pytest.raises(BoomError):
        await serve(trio.sleep_forever, task_with_a_nursery)


async def test_two_failing_tasks_come_out_as_a_group() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        await serve(trio.sleep_forever, raising_last(ValueError("one")), raising(KeyError("two")))
    assert {type(error) for error in caught.value.exceptions} == {ValueError, KeyError}


async def test_when_the_block_and_a_task_fail_both_come_out() -> None:
    mine, theirs = BoomError("block"), ValueError("task")
    with pytest.raises(ExceptionGroup) as caught:
        await serve(raising(mine), raising_last(theirs))
    assert caught.value.exceptions == (mine, theirs)


async def test_a_nursery_inside_the_block_leaves_no_cancellation_behind() -> None:
    async def block() -> None:
        async with trio.open_nursery() as inner:
            inner.start_soon(trio.sleep_forever)
            inner.start_soon(trio.sleep_forever)

    error = BoomError("task")
    with pytest.raises(BoomError) as caught:
        await serve(block, raising(error))
    assert caught.value is error


async def test_cancelling_the_nursery_ends_the_block_quietly() -> None:
    seen: list[BaseException] = []
    try:
        async with open_service_nursery("done") as nursery:
            nursery.start_soon(trio.sleep_forever)
            nursery.cancel_scope.cancel()
            await trio.sleep_forever()
    except BaseException as error:  # noqa: BLE001  # a cancellation without a scope is what must not come out
        seen.append(error)
    assert seen == []


@pytest.mark.parametrize("block", [trio.sleep_forever, trio.lowlevel.cancel_shielded_checkpoint])
async def test_a_cancellation_from_outside_goes_on_alone(block: Work) -> None:
    seen: list[type[BaseException]] = []
    with trio.CancelScope() as scope:

        async def cancel_and_block() -> None:
            scope.cancel()
            await block()

        try:
            await serve(cancel_and_block, trio.sleep_forever, trio.sleep_forever)
            await trio.lowlevel.checkpoint()
        except BaseException as error:
            seen.append(type(error))
            raise
    assert scope.cancelled_caught
    assert seen == [trio.Cancelled]


@pytest.mark.parametrize("error", [BoomError(), ExceptionGroup("mine", [ValueError()])])
async def test_an_exception_of_the_block_outranks_a_cancellation_from_outside(error: Exception) -> None:
    seen: list[BaseException] = []
    with trio.CancelScope() as scope:

        async def cancel_and_raise() -> None:
            scope.cancel()
            raise error

        try:
            await serve(cancel_and_raise, trio.sleep_forever)
        except Exception as came_out:  # noqa: BLE001  # what came out is the question
            seen.append(came_out)
    assert seen == [error]
    assert seen[0] is error


async def test_a_tasks_exception_outranks_a_cancellation_from_outside() -> None:
    error = BoomError("task")

    async def run() -> None:
        with trio.CancelScope() as scope:

            async def cancel_and_wait() -> None:
                scope.cancel()
                await trio.sleep_forever()

            await serve(cancel_and_wait, raising_last(error))

    with pytest.raises(BoomError) as caught:
        await run()
    assert caught.value is error


async def test_a_function_that_is_quick_enough_returns_its_value(autojump_clock: trio.testing.MockClock) -> None:
    async def slow(value: int) -> int:
        await trio.sleep(1)
        return value

    assert await within(2, slow, 7) == 7
    assert await within(None, slow, 8) == 8


async def test_a_function_that_takes_too_long_is_cancelled_and_told_of(
    autojump_clock: trio.testing.MockClock,
) -> None:
    with pytest.raises(TimeoutError, match="longer than 2 s"):
        await within(2, trio.sleep, 3)
    assert trio.current_time() == 2


async def test_a_timeout_of_the_functions_own_comes_out_as_it_is(autojump_clock: trio.testing.MockClock) -> None:
    async def fails() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await within(2, fails)


async def test_a_task_runs_inside_its_own_and_of_whatever_started_it() -> None:
    answers: list[bool] = []

    async def ask(host: trio.lowlevel.Task) -> None:
        answers.append(runs_inside(host))

    async def ask_deeper(host: trio.lowlevel.Task) -> None:
        async with trio.open_nursery() as inner:
            inner.start_soon(ask, host)

    here = trio.lowlevel.current_task()
    assert runs_inside(here)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ask_deeper, here)
    assert answers == [True]


async def test_a_task_beside_another_does_not_run_inside_of_it() -> None:
    started: list[trio.lowlevel.Task] = []

    async def beside() -> None:
        started.append(trio.lowlevel.current_task())
        await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(beside)
        await trio.testing.wait_all_tasks_blocked()
        assert not runs_inside(started[0])
        cancel(nursery.cancel_scope, "the test is over")
