"""User code that answers function calls, and how it is ended when nobody waits for its answers any more.

::

    pump          …──CANCELLED────────────────▶      ends what nobody waits for
                        │
    control lane  begins a batch, next event ──▶
    batch's task        on_tool_call ── ✗

A batch runs in a task of its own, beside the control lane. A cancellation or an interruption must not queue behind
what the lane is busy with, so the pump tells this object directly, before it queues the event. Which calls are wanted
stands in the session's `CallLedger`; what answers only unwanted ones is cancelled at its next checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import Self

import trio

from trio_live._tasks import cancel
from trio_live.session._internal import CallLedger
from trio_live.wire import FunctionCall


class CallScope:
    """The cancel scope of what answers some calls; used once, with ``with``. Made by `RunningCalls.scope`."""

    def __init__(
        self,
        running: RunningCalls,
        calls: Sequence[FunctionCall],
        on_cancel: Callable[[str], None] | None,
        within: trio.CancelScope | None,
    ) -> None:
        self.calls = calls
        self._running = running
        self._on_cancel = on_cancel
        self._reason: str | None = None
        self._scope = within or trio.CancelScope()
        self._is_own = within is None
        self.task: trio.lowlevel.Task | None = None
        """Whose it is, once it was entered."""
        self.is_beside = False
        """Whether it runs beside the talk, so that nobody waits for it."""

    def __enter__(self) -> Self:
        self.task = trio.lowlevel.current_task()
        self._running.begin(self)
        if self._is_own:
            self._scope.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool | None:
        self._running.end(self)
        return self._scope.__exit__(kind, error, traceback) if self._is_own else None

    def of_one(self, call: FunctionCall, on_cancel: Callable[[str], None]) -> AbstractContextManager[object]:
        """A scope for what answers one of its calls: this one, where there is no other.

        Args:
            call: one of its calls.
            on_cancel: is told the reason, before it is cancelled; at once, if it was.
        """
        if len(self.calls) > 1:
            return self._running.scope((call,), on_cancel)
        self._on_cancel = on_cancel
        if self._reason is not None:
            on_cancel(self._reason)
        return nullcontext()

    def cancel(self, reason: str) -> None:
        """End it at its next checkpoint; it is told the reason before."""
        if self._reason is not None:
            return
        self._reason = reason
        if self._on_cancel is not None:
            self._on_cancel(reason)
        cancel(self._scope, reason)


class RunningCalls:
    """What answers calls in one session just now.

    Args:
        ledger: knows which calls are still wanted.
    """

    def __init__(self, ledger: CallLedger) -> None:
        self._ledger = ledger
        self._scopes: list[CallScope] = []
        self._ended: str | None = None
        self._left = trio.lowlevel.ParkingLot()
        self.idle = trio.lowlevel.ParkingLot()
        """Where a task waits that has answered calls, and could answer more. Let go when there will be none."""

    @property
    def is_over(self) -> bool:
        """Whether there is nobody any more who could ask."""
        return self._ended is not None

    def scope(
        self,
        calls: Sequence[FunctionCall],
        on_cancel: Callable[[str], None] | None = None,
        *,
        within: trio.CancelScope | None = None,
    ) -> CallScope:
        """A scope for code that answers ``calls``.

        Args:
            calls: when none of them is wanted any more, the code is cancelled; at once, if none is from the beginning.
            on_cancel: is told the reason, before.
            within: what is cancelled; entered already, and used for other calls afterwards. One of its own by default.
        """
        return CallScope(self, calls, on_cancel, within)

    def here(self) -> CallScope | None:
        """The scope within which this task runs, or was started; the outermost, if there are several."""
        found, task = None, trio.lowlevel.current_task() if self._scopes else None
        while task is not None:
            found = next((scope for scope in self._scopes if scope.task is task), found)
            task = task.parent_nursery.parent_task if task.parent_nursery is not None else None
        return found

    def begin(self, scope: CallScope) -> None:
        """A scope is entered."""
        self._scopes.append(scope)
        if self._ended is not None:
            scope.cancel(self._ended)
        else:
            self._review(scope, "the calls were cancelled before they began")

    def end(self, scope: CallScope) -> None:
        """A scope is left."""
        self._scopes.remove(scope)
        if self._left:
            self._left.unpark_all()

    async def settled(self) -> None:
        """Wait until nothing answers calls but what runs beside the talk. Cancellation: harmless."""
        while any(not scope.is_beside for scope in self._scopes):
            await self._left.park()

    def review(self, reason: str) -> None:
        """Some calls were cancelled: what nobody waits for any more is ended."""
        for scope in [*self._scopes]:
            self._review(scope, reason)

    def end_all(self, reason: str) -> None:
        """The connection is gone, and with it everybody who waited."""
        self._ended = reason
        for scope in [*self._scopes]:
            scope.cancel(reason)
        self.idle.unpark_all()

    def _review(self, scope: CallScope, reason: str) -> None:
        for call in scope.calls:
            if self._ledger.is_wanted(call):
                return
        scope.cancel(reason)
