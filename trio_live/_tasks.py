"""Small tools for tasks that serve a block of somebody else's code.

A nursery wraps whatever its body raises in an exception group. That is right between equals and wrong here: the
tasks behind a connection or a session are our own affair, and the user's exception must come out as it went in.

Two rules keep that safe. A cancellation always passes through the nursery, because only Trio knows whose it is: one
that the nursery itself asked for ends there, one from outside goes on. And nothing is raised while the group is
being handled, or Python would write the group into the exception's context and over its cause.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import NoReturn, TypeVar

import trio

from trio_live._typing import Seconds

__all__ = [
    "cancel",
    "cancellation_in",
    "failures_in",
    "holds_cancellation",
    "open_service_nursery",
    "unwrapped",
    "within",
]

T = TypeVar("T")


def unwrapped(error: BaseException) -> BaseException:
    """The exception inside groups of one; a group of nothing but cancellations becomes one `trio.Cancelled`."""
    while isinstance(error, BaseExceptionGroup):
        if len(error.exceptions) > 1:
            _, others = error.split(trio.Cancelled)
            if others is not None:
                return error
        error = error.exceptions[0]
    return error


def holds_cancellation(error: BaseException) -> bool:
    """Whether an exception is a cancellation, or a group with one in it."""
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(trio.Cancelled) is not None
    return isinstance(error, trio.Cancelled)


def failures_in(group: BaseExceptionGroup | None) -> BaseException | None:
    """What a group holds besides cancellations, alone where it is alone; ``None`` when there is nothing."""
    failures = None if group is None else group.split(trio.Cancelled)[1]
    return None if failures is None else unwrapped(failures)


def cancellation_in(group: BaseExceptionGroup, report: Callable[[BaseException], None]) -> BaseException:
    """What is to be raised of a group that may hold a cancellation beside errors.

    Such a group comes from somebody else's nursery that was cancelled and failed to clean up. Whoever cancelled it does
    not want its answer, and the errors, let out, would end more than that; so they are reported, and the cancellation
    goes on alone. A group of any other kind stays what it is.

    Args:
        group: what came out.
        report: told of the errors.
    """
    cancelled, errors = group.split(trio.Cancelled)
    if cancelled is None or not (errors is None or isinstance(errors, ExceptionGroup)):
        return group
    if errors is not None:
        report(unwrapped(errors))
    return cancelled


def cancel(scope: trio.CancelScope, reason: str) -> None:
    """Cancel a scope and say why, where this version of Trio can carry a reason (0.31 and later)."""
    try:
        scope.cancel(reason=reason)
    except TypeError:
        scope.cancel()


async def within(limit: Seconds | None, function: Callable[..., Awaitable[T]], *arguments: object) -> T:
    """Await a function of somebody else's, for so many seconds at most; ``None`` for as long as it takes.

    Raises:
        TimeoutError: it took longer, and was cancelled.

    Cancellation: the function is cancelled.
    """
    if limit is None:
        return await function(*arguments)
    with trio.move_on_after(limit):
        return await function(*arguments)
    raise TimeoutError(f"it took longer than {limit:g} s")


@asynccontextmanager
async def open_service_nursery(why_ended: str) -> AsyncGenerator[trio.Nursery, None]:
    """A nursery for background tasks that end with the block.

    Leaving the block, however it is left, cancels the tasks. The block's own exception comes out unwrapped; one
    that a task raised cancels the block and comes out unwrapped too, unless there were several.

    Args:
        why_ended: the reason given to the tasks that are cancelled.
    """
    body_error: BaseException | None = None
    group: BaseExceptionGroup | None = None
    try:
        async with trio.open_nursery() as nursery:
            try:
                yield nursery
            except BaseException as error:
                if holds_cancellation(error):
                    raise
                body_error = error
            finally:
                cancel(nursery.cancel_scope, why_ended)
    except BaseExceptionGroup as raised:
        group = raised
    failure = failures_in(group)
    if body_error is not None:
        if failure is not None:
            message = "the block and a task that served it both failed"
            body_error = BaseExceptionGroup(message, [body_error, failure])
        _raise(body_error)
    if group is not None:
        _raise(unwrapped(group) if failure is None else failure)


def _raise(error: BaseException) -> NoReturn:
    """Raise, and leave cause and context as they were."""
    context = error.__context__
    try:
        raise error
    finally:
        error.__context__ = context


def runs_inside(host: trio.lowlevel.Task) -> bool:
    """Whether the current task is ``host``, or was started in a nursery that stands inside of it."""
    task: trio.lowlevel.Task | None = trio.lowlevel.current_task()
    while task is not None and task is not host:
        task = task.parent_nursery.parent_task if task.parent_nursery is not None else None
    return task is not None
