"""Three small tools for tasks that serve a block of somebody else's code.

A nursery wraps whatever its body raises in an exception group. That is right between equals and wrong here: the
tasks behind a connection or a session are our own affair, and the user's exception must come out as it went in.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import trio

__all__ = ["cancel", "open_service_nursery", "unwrapped"]


def unwrapped(error: BaseException) -> BaseException:
    """The exception inside groups of one; a group of nothing but cancellations becomes one `trio.Cancelled`."""
    while isinstance(error, BaseExceptionGroup):
        if len(error.exceptions) > 1:
            _, others = error.split(trio.Cancelled)
            if others is not None:
                return error
        error = error.exceptions[0]
    return error


def cancel(scope: trio.CancelScope, reason: str) -> None:
    """Cancel a scope and say why, where this version of Trio can carry a reason (0.31 and later)."""
    try:
        scope.cancel(reason=reason)
    except TypeError:
        scope.cancel()


@asynccontextmanager
async def open_service_nursery(why_ended: str) -> AsyncGenerator[trio.Nursery, None]:
    """A nursery for background tasks that end with the block.

    Leaving the block, however it is left, cancels the tasks. The block's own exception comes out unwrapped; one
    that a task raised cancels the block and comes out unwrapped too, unless there were several.

    Args:
        why_ended: the reason given to the tasks that are cancelled.
    """
    body_error: BaseException | None = None
    try:
        async with trio.open_nursery() as nursery:
            try:
                yield nursery
            except BaseException as error:  # noqa: BLE001  # kept, and raised again outside of the nursery
                body_error = error
            cancel(nursery.cancel_scope, why_ended)
    except BaseExceptionGroup as group:
        only = unwrapped(group)
        if body_error is None or isinstance(body_error, trio.Cancelled):
            raise only from None
        if not isinstance(only, trio.Cancelled):
            message = "the block and a task that served it both failed"
            raise BaseExceptionGroup(message, [body_error, only]) from None
    if body_error is not None:
        raise body_error
