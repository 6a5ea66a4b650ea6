"""Calling user code: in which mode, and what happens when it raises.

One place decides both, so that no lane dies of a callback and no error is lost. A callback that raises is logged with
its traceback, counted, published as `events.Error` and given to ``on_error``, and the lane goes on; or, under
``callback_errors="raise"``, the session ends with that very exception. Cancellation is neither caught nor reported.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import trio

from trio_live._typing import CallbackErrors, Seconds
from trio_live.lanes._callbacks import CallbackMode

logger = logging.getLogger("trio_live.callbacks")

T = TypeVar("T")

REPORT_INTERVAL: Seconds = 1.0
"""A callback that raises on every frame is reported the first time, then at most this often; all are counted."""


class ErrorDesk:
    """Where the errors of user code go.

    Args:
        policy: tell and go on, or end the session.
        tell: publishes the text and hands it to ``on_error``, without waiting. The flag says whether the failing
            callback is ``on_error`` itself, which is then not called again.
        count: counts one error of the named callback.
        fail: ends the session with the exception.
    """

    def __init__(
        self,
        policy: CallbackErrors,
        *,
        tell: Callable[[str, bool], None],
        count: Callable[[str], None],
        fail: Callable[[Exception], None],
    ) -> None:
        self._policy = policy
        self._tell = tell
        self._count = count
        self._fail = fail
        self._last_told: dict[str, Seconds] = {}
        self._silent: dict[str, int] = {}

    def report(self, callback: str, error: Exception) -> None:
        """``callback`` raised ``error``."""
        self._count(callback)
        if self._policy == "raise":
            self._fail(error)
            return
        now = trio.current_time()
        last = self._last_told.get(callback)
        if last is not None and now - last < REPORT_INTERVAL:
            self._silent[callback] = self._silent.get(callback, 0) + 1
            return
        self._last_told[callback] = now
        missed = self._silent.pop(callback, 0)
        more = f" ({missed} more like it were not reported)" if missed else ""
        logger.error("%s raised; the session goes on%s", callback, more, exc_info=error)
        self._tell(f"{callback}: {_words(error)}{more}", callback == "on_error")


class Dispatcher:
    """Runs async callbacks for the control lane."""

    def __init__(self, desk: ErrorDesk, nursery: trio.Nursery) -> None:
        self._desk = desk
        self._nursery = nursery
        self.in_progress: str | None = None
        """The blocking callback that the control lane is waiting for."""

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
            self._nursery.start_soon(self._guarded, name, callback, *args, name=f"callback {name}")
            return
        before, self.in_progress = self.in_progress, name
        try:
            await self._guarded(name, callback, *args)
        finally:
            self.in_progress = before

    async def ask(self, name: str, callback: Callable[..., Awaitable[T]], *args: object) -> T:
        """Call an interceptor and return its answer. Errors are reported *and* raised: what they mean differs."""
        before, self.in_progress = self.in_progress, name
        try:
            return await _call(name, callback, *args)
        except Exception as error:
            self._desk.report(name, error)
            raise
        finally:
            self.in_progress = before

    def ask_now(self, name: str, function: Callable[..., T] | None, *args: object) -> T | None:
        """Call a synchronous hook; one that raises counts as ``None``."""
        if function is None:
            return None
        try:
            return function(*args)
        except Exception as error:  # noqa: BLE001  # user code; reported
            self._desk.report(name, error)
            return None

    async def _guarded(self, name: str, callback: Callable[..., Awaitable[Any]], *args: object) -> None:
        try:
            await _call(name, callback, *args)
        except Exception as error:  # noqa: BLE001  # user code; reported
            self._desk.report(name, error)


async def _call(name: str, callback: Callable[..., Awaitable[T]], *args: object) -> T:
    awaitable = callback(*args)
    if not inspect.isawaitable(awaitable):
        raise TypeError(f"{name} must be an async function; {callback!r} returned {type(awaitable).__name__}")
    return await awaitable


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
