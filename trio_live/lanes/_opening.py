"""A session around a block of the caller's code: what goes in, and above all what comes out.

The session's tasks live in a nursery of their own around the block, and a nursery makes a group of whatever passes
through it. The caller is to get his own exception back as it was, a callback's as it was, and a cancellation only
where it belongs; the rules for that are those of `trio_live._tasks`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import trio

from trio_live._tasks import cancel, failures_in, holds_cancellation, unwrapped
from trio_live.errors import SessionClosed, SessionFailed
from trio_live.lanes._delivery import EventHandler
from trio_live.lanes._host import host
from trio_live.lanes._parts import SessionParts, assemble
from trio_live.lanes._plan import SessionPlan

H = TypeVar("H", bound=EventHandler)


@asynccontextmanager
async def open_session(
    plan: SessionPlan, make_handler: Callable[[SessionParts], H]
) -> AsyncGenerator[tuple[SessionParts, H], None]:
    """A running session and its handler: connected when the block is entered, every task finished when it is left.

    Args:
        plan: what session.
        make_handler: makes what the control lane hands its events to.

    Raises:
        ConnectError: there is no session to be had.
        SessionFailed: a task of the session itself broke.
        Exception: a callback's own, under ``callback_errors="raise"``.

    Cancellation: the session is closed in order, within the deadlines of `CLOSING`; nothing is left behind.
    """
    parts = assemble(plan)
    lifetime, handler = parts.lifetime, make_handler(parts)
    body_error: BaseException | None = None
    group: BaseExceptionGroup | None = None
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(host, parts, handler, name="trio-live session")
            try:
                with lifetime.body:
                    await lifetime.settled.wait()
                    if lifetime.connected:
                        yield parts, handler
            except BaseException as error:
                if not lifetime.connected:
                    cancel(lifetime.shell, "connecting was given up")
                if holds_cancellation(error):
                    raise  # only Trio knows whose it is: the nursery's own ends there, one from outside goes on
                body_error = error
            finally:
                lifetime.request_end()
                with trio.CancelScope(shield=True):
                    await lifetime.ended.wait()
    except BaseExceptionGroup as raised:
        group = raised
    _come_out(body_error, lifetime.failure, group)


def _come_out(body: BaseException | None, failure: BaseException | None, group: BaseExceptionGroup | None) -> None:
    """Raise what a block and its session leave behind: a lone error as it is, several as a group, each of them once.

    A cancellation comes out only when nothing else does, as after any clean-up that fails. A block that met the
    failed session's `SessionClosed`, or what `done` made of the failure, has nothing of its own to say.
    """
    if failure is not None and (isinstance(body, SessionClosed) or _tells_of(failure, body)):
        body = None
    errors: list[BaseException] = []
    for error in (body, failure, failures_in(group)):
        if error is not None and not any(error is other for other in errors):
            errors.append(error)
    pressed = next((error for error in errors if isinstance(error, KeyboardInterrupt)), None)
    if pressed is not None:
        raise pressed  # once, however often it was pressed and whatever came of that
    if len(errors) > 1:
        raise BaseExceptionGroup("the block and its session both failed", errors)
    if errors:
        raise errors[0]
    if group is not None:
        raise unwrapped(group)


def _tells_of(failure: BaseException, error: BaseException | None) -> bool:
    """Whether an error is what `Lifetime.wait_ended` made of the failure."""
    cause = error.__cause__ if isinstance(error, SessionFailed) else None
    return cause is not None and any(cause is each for each in (failure, failure.__cause__))
