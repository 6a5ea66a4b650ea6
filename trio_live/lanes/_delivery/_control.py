"""The control lane: one event at a time, in order. What an event *means* is decided above, by an `EventHandler`.

Most control events are settled in an instant: a piece of a transcript is put aside, a batch of calls is begun in a task of
its own. So the router offers each event to the handler itself, in the task that read the frame, as long as nothing is
queued and the lane is busy with nothing. What cannot be settled at once goes to the lane's task, and everything that
comes behind it, until that is done; so the order is the same on both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.lanes._delivery._fast import Stamped
from trio_live.lanes._flow import ByteBudget, next_burst
from trio_live.wire import Content, Setup
from trio_live.wire_events._internal import Passed


@value
class TypedTurn(wire_events.SessionEvent):
    """The user typed something; ours, not the server's. It belongs to the transcript of the running turn."""

    text: str


@value
class TimerTick(wire_events.SessionEvent):
    """Time has passed; ours, not the server's. For what happens because nothing happens."""


@value
class CallbackFailed(wire_events.Error):
    """A function of the user raised; ours, not the server's.

    Patterns never see it: one whose own condition raises would be asked about that, and raise again, without end.
    """


class EventHandler(Protocol):
    """Handles control events; lives in a room above this one."""

    def observe(self, routed: Sequence[tuple[Passed, Seconds]]) -> None:
        """Sees the events of the telemetry lane, in batches, each with the instant in which it was routed."""
        ...

    async def keep_time(self) -> None:
        """Runs beside the lane as long as it does; returns at once if nothing needs a timer."""
        ...

    def settle(self, event: wire_events.SessionEvent) -> bool:
        """Handle an event here and now, if that can be done without waiting; returns whether it was.

        Called while no other event is being handled, by whichever task has the event; must not raise.
        """
        ...

    async def handle(self, event: wire_events.SessionEvent, epoch: int) -> None:
        """One event, to the end. Errors of user code do not come out."""
        ...

    def begin_again(self, setup: Setup) -> None:
        """The setup of another connection is about to be sent: what the model has, it has from there."""
        ...

    def history(self) -> Sequence[Content]:
        """The talk so far, as turns that a model can be told of; the newest part of it, if it is long."""
        ...

    async def farewell(self) -> None:
        """This side is about to close: the last chance to say something. Has the deadline of a flush."""
        ...

    async def finish(self, reason: str | None) -> None:
        """The last act: the session is over, because of ``reason`` or because this side wished it."""
        ...


class ControlLane:
    """One session's control lane.

    Args:
        queue: stamped events, from the router.
        room: the bytes that wait in the queue; given back as events are handled.
        handler: what to do with them.
    """

    def __init__(self, queue: trio.MemoryReceiveChannel[Stamped], room: ByteBudget, handler: EventHandler) -> None:
        self._queue = queue
        self._room = room
        self._handler = handler

    async def run(self) -> None:
        """Handle events until the router closes the queue."""
        with suppress(trio.EndOfChannel):
            while True:
                for epoch, event, size in await next_burst(self._queue):
                    await self._handler.handle(event, epoch)
                    self._room.release(size)
