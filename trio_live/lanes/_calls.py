"""The batches of function calls that are being answered, and how they are given up or let go.

::

    pump          …──INTERRUPTED───────────────▶      gives up batches of which nothing is wanted any more,
                        │                             lets go of the others
    control lane  waits─┴─ next event ─────────▶
    batch's task  on_tool_call ─────── answers ▶

A batch runs in a task of its own, and the control lane waits for it: so the talk keeps its order. A cancellation or an
interruption must not queue behind the very call it concerns, so the pump tells this object directly, before it queues
the event. A batch that is given up ends at its callback's next checkpoint. A batch that the server still waits for
runs on; the lane leaves it, because the interruption must be handled now.
"""

from __future__ import annotations

import attrs
import trio

from trio_live._tasks import cancel
from trio_live.session._internal import CallLedger
from trio_live.wire import FunctionCall


@attrs.define(eq=False)
class CallBatch:
    """Calls that came together and are answered together."""

    calls: tuple[FunctionCall, ...]
    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    """Cancelled when nobody waits for any of the answers."""
    let_go: trio.Event = attrs.field(factory=trio.Event)
    """The control lane need not wait any longer."""


class RunningCalls:
    """The batches of one session that are being answered.

    Args:
        ledger: knows which calls are still wanted.
    """

    def __init__(self, ledger: CallLedger) -> None:
        self._ledger = ledger
        self._batches: list[CallBatch] = []

    def begin(self, batch: CallBatch) -> None:
        """A batch is about to run. One of which nothing is wanted is given up at once."""
        self._batches.append(batch)
        self._review(batch, "the calls were cancelled before they began")

    def end(self, batch: CallBatch) -> None:
        """A batch was answered or given up."""
        self._batches.remove(batch)
        batch.let_go.set()

    def cancelled(self) -> None:
        """The server cancelled calls: a batch of which nothing is wanted any more is given up."""
        for batch in self._batches:
            self._review(batch, "the server cancelled the call")

    def interrupted(self) -> None:
        """The user spoke over the model: a batch is given up, or let go if part of it is wanted all the same."""
        for batch in self._batches:
            if self._review(batch, "the user interrupted"):
                batch.let_go.set()

    def _review(self, batch: CallBatch, reason: str) -> bool:
        wanted = any(self._ledger.is_wanted(call) for call in batch.calls)
        if not wanted:
            cancel(batch.scope, reason)
        return wanted

    async def wait(self, batch: CallBatch) -> None:
        """Wait until a batch is answered, given up or let go.

        Cancellation: the batch is given up.
        """
        try:
            await batch.let_go.wait()
        except trio.Cancelled:
            cancel(batch.scope, "the session is ending")
            raise
