"""The task of one lane, and how it is brought to an end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
import trio

from trio_live._tasks import cancel
from trio_live._typing import Seconds
from trio_live.lanes._callbacks import told_of_ctrl_c


@attrs.define
class LaneTask:
    """A lane's task: left alone while the session runs, given a moment at its end, then cancelled."""

    name: str
    work: Callable[[], Awaitable[None]]
    patience: Seconds
    """How long it may take to handle what it still has."""
    stop: Callable[[KeyboardInterrupt], None]
    """Ends the session with a Ctrl-C."""
    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    done: trio.Event = attrs.field(factory=trio.Event)

    async def run(self) -> None:
        """Do the work. What it raises goes on to the session's nursery."""
        with self.scope, told_of_ctrl_c(self.stop):
            await self.work()
        self.done.set()

    async def finish(self) -> None:
        """Wait for the work to end, and end it when it does not.

        Cancellation: the work goes on.
        """
        with trio.move_on_after(self.patience):
            await self.done.wait()
        cancel(self.scope, "the session is over")
        await self.done.wait()
