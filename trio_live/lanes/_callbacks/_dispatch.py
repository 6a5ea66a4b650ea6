"""Calling user code: in which mode, and what happens when it raises.

One place decides both, so that no lane dies of a callback and no error is lost. A callback that raises is logged with
its traceback, counted, published as `events.Error` and given to ``on_error``, and the lane goes on; or, under
``callback_errors="raise"``, the session ends with that very exception. Cancellation is neither caught nor reported.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from types import CoroutineType
from typing import Any, TypeVar

import trio

from trio_live._callables import answered_nothing
from trio_live._tasks import unwrapped
from trio_live._typing import CallbackErrors, Seconds
from trio_live._wording import describe, one_line
from trio_live.lanes._callbacks._aside import Starts
from trio_live.lanes._callbacks._callbacks import HOOKS, CallbackMode
from trio_live.lanes._callbacks._ctrl_c import told_of_ctrl_c
from trio_live.lanes._callbacks._sparing import Sparing

logger = logging.getLogger("trio_live.callbacks")

T = TypeVar("T")

U = TypeVar("U")

REPORT_INTERVAL: Seconds = 1.0
"""A plain callback, or a pattern's condition, that raises on every frame is reported the first time, then at most this often; all are counted.

Async callbacks are reported every time: they run once an event, and a failed tool must not go unnoticed because
another one failed in the same second.
"""


class ErrorDesk:
    """Where the errors of user code go.

    Args:
        policy: tell and go on, or end the session.
        tell: publishes the text and hands it to ``on_error``, without waiting. The flag says whether the failing
            callback is ``on_error`` itself, which is then not called again.
        count: counts one error of the named callback.
        fail: ends the session with the exception.
        hide: makes of words what may be told.
    """

    def __init__(
        self,
        policy: CallbackErrors,
        *,
        tell: Callable[[str, bool], None],
        count: Callable[[str], None],
        fail: Callable[[BaseException], None],
        hide: Callable[[str], str] = str,
    ) -> None:
        self._policy = policy
        self._tell = tell
        self._count = count
        self._hide = hide
        self.fail = fail
        """Ends the session with an error."""
        self._sparing = Sparing(REPORT_INTERVAL)

    def report(self, callback: str, error: Exception) -> None:
        """``callback`` raised ``error``."""
        hook = HOOKS.get(callback)
        self._report(callback, error, often=hook is not None and not hook.is_async)

    def report_sparingly(self, callback: str, error: Exception) -> None:
        """As `report`, of a function that is called at nearly every event."""
        self._report(callback, error, often=True)

    def _report(self, callback: str, error: Exception, *, often: bool) -> None:
        self._count(callback)
        missed = self._sparing.due(callback) if often else 0
        if missed is None:
            return
        if self._policy == "raise":
            error.add_note(f"raised in {callback}")
            self.fail(error)
            return
        more = f" ({missed} more like it were not reported)" if missed else ""
        logger.error("%s raised; the session goes on%s", one_line(callback), more, exc_info=error)
        self._tell(self._hide(f"{callback}: {describe(error)}{more}"), callback == "on_error")


class Dispatcher:
    """Runs async callbacks for the control lane.

    Args:
        desk: where their errors go.
        aside: where those run that nothing waits for.
    """

    def __init__(self, desk: ErrorDesk, aside: Starts) -> None:
        self._desk = desk
        self._aside = aside
        self._in_progress: list[str] = []

    @property
    def in_progress(self) -> str | None:
        """The blocking callback that began last and is not finished."""
        return self._in_progress[-1] if self._in_progress else None

    async def run(
        self,
        name: str,
        callback: Callable[..., Awaitable[Any]] | None,
        *args: object,
        mode: CallbackMode = CallbackMode.BLOCKING,
    ) -> None:
        """Call ``callback``, here or in a task of its own, by its mode. Absent callbacks cost nothing.

        Cancellation: a blocking callback is cancelled with the caller.
        """
        if callback is None:
            return
        if mode is CallbackMode.CONCURRENT:
            self.spawn(name, callback, *args)
            return
        in_progress = self._in_progress  # no stack: batches of calls may outlive the event that began them
        in_progress.append(name)
        try:
            await self._guarded(name, callback, *args)
        finally:
            in_progress.remove(name)

    def spawn(self, name: str, callback: Callable[..., Awaitable[Any]], *args: object) -> None:
        """Call ``callback`` in a task of its own; nothing waits for it but the session's end."""
        self._aside.start_soon(self._guarded, name, callback, *args, name=f"callback {name}")

    def beside(self, function: Callable[..., Awaitable[Any]], *args: object) -> None:
        """Run a function of our own in a task beside the lane; it lives as long as concurrent callbacks may."""
        self._aside.start_soon(self._beside, function, *args, name="beside the control lane")

    async def _beside(self, function: Callable[..., Awaitable[Any]], *args: object) -> None:
        try:
            await function(*args)
        except (KeyboardInterrupt, BaseExceptionGroup):
            with told_of_ctrl_c(self._desk.fail):
                raise

    async def ask(self, name: str, callback: Callable[..., Awaitable[T]], *args: object, read: Callable[[T], U]) -> U:
        """Call an interceptor and return what ``read`` makes of its answer.

        Raises:
            Exception: the callback raised, or answered what ``read`` refuses. It has been reported; what it means
                besides differs from interceptor to interceptor.
        """
        try:
            return read(await _call(name, callback, *args))
        except Exception as error:
            self._desk.report(name, error)
            raise
        except BaseExceptionGroup as group:
            raise self._cancellation_in(name, group) from None

    async def attempt(self, name: str, function: Callable[..., Awaitable[T]], *args: object) -> T | None:
        """Call a function of the user whose failure is the business of whoever asks.

        Raises:
            Exception: the function's own. Nobody has been told of it.

        Cancellation: the function is cancelled.
        """
        answer: T | None = None  # that of a Ctrl-C, which ends the session
        self._in_progress.append(name)
        try:
            with told_of_ctrl_c(self._desk.fail):
                answer = await _call(name, function, *args)
        except BaseExceptionGroup as group:
            raise self._cancellation_in(name, group) from None
        finally:
            self._in_progress.remove(name)
        return answer

    def ask_now(self, name: str, function: Callable[..., T] | None, *args: object, read: Callable[[T], U]) -> U | None:
        """Call a synchronous hook, and read its answer; one that raises counts as ``None``."""
        if function is None:
            return None
        try:
            return read(function(*args))
        except Exception as error:  # noqa: BLE001  # user code; reported
            self._desk.report(name, error)
            return None

    async def _guarded(self, name: str, callback: Callable[..., Awaitable[Any]], *args: object) -> None:
        try:
            if (answer := await _call(name, callback, *args)) is not None:
                answered_nothing(answer)
        except Exception as error:  # noqa: BLE001  # user code; reported
            self._desk.report(name, error)
        except KeyboardInterrupt as pressed:
            self._desk.fail(pressed)
        except BaseExceptionGroup as group:
            with told_of_ctrl_c(self._desk.fail):
                raise self._cancellation_in(name, group) from None

    def _cancellation_in(self, name: str, group: BaseExceptionGroup) -> BaseException:
        """Report the errors of a group that also holds a cancellation; returns what is to be raised.

        Such a group comes from a callback with a nursery of its own that was cancelled and failed to clean up. The
        cancellation is for whoever asked for it. The rest, let out, would look like a bug of the lane.
        """
        cancelled, errors = group.split(trio.Cancelled)
        if cancelled is None or not isinstance(errors, ExceptionGroup):
            return group
        error = unwrapped(errors)
        self._desk.report(name, error if isinstance(error, Exception) else errors)
        return cancelled


@trio.lowlevel.disable_ki_protection  # a function of the user that never ends must not need a kill
async def _call(name: str, callback: Callable[..., Awaitable[T]], *args: object) -> T:
    awaitable = callback(*args)
    if type(awaitable) is not CoroutineType and not inspect.isawaitable(awaitable):
        raise TypeError(f"{name} must be an async function; {callback!r} returned {type(awaitable).__name__}")
    return await awaitable
