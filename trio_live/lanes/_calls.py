"""Function calls that are waited for inline, and how they are given up.

A cancellation must not queue behind the very call it cancels. So the pump tells this object directly, before it
queues the event, and the control lane, blocked in that call, is freed at the call's next checkpoint.

What is remembered is bounded by what is open: an id enters when its batch is routed and leaves when the batch is done.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager

import trio

from trio_live._tasks import cancel
from trio_live.wire import FunctionCall


class InlineCalls:
    """The open calls of one session."""

    def __init__(self) -> None:
        self._open: set[str] = set()
        self._cancelled: set[str] = set()
        self._running: trio.CancelScope | None = None
        self._running_ids: frozenset[str] = frozenset()

    def routed(self, calls: Iterable[FunctionCall]) -> None:
        """A batch was put on the control lane. Calls without an id cannot be cancelled by one."""
        self._open.update(call.id for call in calls if call.id)

    def cancelled(self, ids: Iterable[str]) -> None:
        """The server wants no answer to ``ids``. A batch of which nothing is wanted any more is given up."""
        self._cancelled.update(self._open.intersection(ids))
        if self._running is not None and self._running_ids and self._running_ids <= self._cancelled:
            cancel(self._running, "the server cancelled the call")

    def interrupted(self) -> None:
        """The user spoke over the model: the batch that runs is given up, and so are those that wait."""
        self._cancelled.update(self._open)
        if self._running is not None:
            cancel(self._running, "the user interrupted")

    def is_cancelled(self, call: FunctionCall) -> bool:
        """Whether nobody waits for the answer to ``call``."""
        return call.id in self._cancelled

    @contextmanager
    def running(self, calls: Sequence[FunctionCall]) -> Generator[trio.CancelScope, None, None]:
        """The scope in which a batch is answered; closed at once when everything in it was cancelled before."""
        ids = frozenset(call.id for call in calls if call.id)
        with trio.CancelScope() as scope:
            self._running, self._running_ids = scope, ids
            if calls and all(self.is_cancelled(call) for call in calls):
                cancel(scope, "the calls were cancelled before they began")
            try:
                yield scope
            finally:
                self._running, self._running_ids = None, frozenset()

    def done(self, calls: Iterable[FunctionCall]) -> None:
        """A batch was answered or given up; its ids are forgotten."""
        ids = {call.id for call in calls if call.id}
        self._open -= ids
        self._cancelled -= ids
