"""From the pump to the lanes: takes events in wire order, one at a time, and puts each on the lanes of its row.

No user code runs here. A full lane makes the router wait, which is the back-pressure all the way to the socket; what
the router must do *before* it may have to wait (raise the epoch, free a call that was cancelled) it does first.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeAlias

import trio

from trio_live import wire_events as wire
from trio_live._typing import Seconds
from trio_live.lanes._barrier import Barrier
from trio_live.lanes._calls import InlineCalls
from trio_live.lanes._fanout import Fanout
from trio_live.lanes._queues import QUEUES
from trio_live.session import LANES, Lane

logger = logging.getLogger("trio_live.lanes")

Stamped: TypeAlias = tuple[int, wire.SessionEvent]
"""An event and the interruption epoch in which it was routed."""

_NOWHERE = (False, False, False)
_ROUTES = {kind: (Lane.FAST in lanes, Lane.CONTROL in lanes, Lane.TELEMETRY in lanes) for kind, lanes in LANES.items()}
_URGENT = frozenset({wire.Interrupted, wire.ToolCall, wire.ToolCallCancelled, wire.UnknownMessage})
STALL_WARNING: Seconds = 1.0
"""The router waiting this long for the control lane is worth a warning that names the callback in progress."""


class Router:
    """One session's switchboard.

    Args:
        barrier: the interruption epoch, raised here.
        calls: the inline calls, freed here.
        subscribers: readers of raw wire events.
        busy_with: names what the control lane is doing, for the warning about a full queue.
    """

    def __init__(
        self,
        barrier: Barrier,
        calls: InlineCalls,
        subscribers: Fanout[wire.SessionEvent],
        busy_with: Callable[[], str | None],
    ) -> None:
        self._barrier = barrier
        self._calls = calls
        self._subscribers = subscribers
        self._busy_with = busy_with
        self._to_fast, self.fast = trio.open_memory_channel[Stamped](QUEUES["fast"].capacity)
        self._to_control, self.control = trio.open_memory_channel[Stamped](QUEUES["control"].capacity)
        self._to_telemetry, self.telemetry = trio.open_memory_channel[wire.SessionEvent](QUEUES["telemetry"].capacity)

    async def route(self, event: wire.SessionEvent) -> None:
        """Put one event on its lanes.

        Cancellation: the event may have reached some of its lanes and not others; cancel only to end the session.
        """
        kind = type(event)
        if kind in _URGENT:
            self._act_first(event)
        if self._subscribers.readers:
            self._subscribers.publish(event)
        fast, control, telemetry = _ROUTES.get(kind, _NOWHERE)
        stamped = (self._barrier.current, event)
        if fast:
            try:
                self._to_fast.send_nowait(stamped)
            except trio.WouldBlock:
                await self._to_fast.send(stamped)
            self._barrier.routed += 1  # only now: what a cancellation kept from the lane is not to be waited for
        if telemetry:
            try:
                self._to_telemetry.send_nowait(event)
            except trio.WouldBlock:
                await self._to_telemetry.send(event)
        if control:
            try:
                self._to_control.send_nowait(stamped)
            except trio.WouldBlock:
                await self._wait_for_control(stamped)

    async def route_all(self, news: Iterable[wire.SessionEvent]) -> None:
        """`route` for several events, in order; cancellation as there."""
        for event in news:
            await self.route(event)

    async def route_in_time(self, news: Iterable[wire.SessionEvent], within: Seconds) -> bool:
        """As `route_all`, but a lane that stands still cannot hold up the end; returns whether all are routed."""
        with trio.move_on_after(within) as patience:
            await self.route_all(news)
        return not patience.cancelled_caught

    def _act_first(self, event: wire.SessionEvent) -> None:
        """What cannot wait for a queue."""
        match event:
            case wire.Interrupted():
                self._barrier.interrupt()
                self._calls.interrupted()
            case wire.ToolCall(calls):
                self._calls.routed(calls)
            case wire.ToolCallCancelled(ids):
                self._calls.cancelled(ids)
            case wire.UnknownMessage(frame):
                logger.debug("a message this version does not know: %s", sorted(frame))

    def post(self, event: wire.SessionEvent) -> bool:
        """Put an event of our own on the control lane, without waiting. Returns whether there was room."""
        try:
            self._to_control.send_nowait((self._barrier.current, event))
        except (trio.WouldBlock, trio.ClosedResourceError, trio.BrokenResourceError):
            return False
        return True

    async def put(self, event: wire.SessionEvent) -> None:
        """Put an event of our own on the control lane; waits while it is full, is dropped when the session is over.

        Cancellation: the event was not put there.
        """
        with suppress(trio.ClosedResourceError, trio.BrokenResourceError):
            await self._to_control.send((self._barrier.current, event))

    async def _wait_for_control(self, stamped: Stamped) -> None:
        with trio.move_on_after(STALL_WARNING):
            await self._to_control.send(stamped)
            return
        logger.warning(
            "%d control events wait for %s; nothing is lost, but the session stands still until it returns",
            QUEUES["control"].capacity,
            self._busy_with() or "the control lane",
        )
        await self._to_control.send(stamped)

    def close(self) -> None:
        """No more events: the lanes handle what they have, and end."""
        self._to_fast.close()
        self._to_control.close()
        self._to_telemetry.close()
