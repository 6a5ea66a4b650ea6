"""From the pump to the lanes: takes events in wire order, one at a time, and puts each on the lanes of its row.

Most events need no waiting at all, and so the work is cut in two: `Router.begin`, a plain function, does what can be
done at once, the callbacks of a fast lane that has no backlog included; `Router.finish` waits for the lanes that are
full, which is the back-pressure all the way to the socket. Nothing here waits for user code. What must be done *before*
the router may have to wait (raise the epoch, free a call that was cancelled) it does first.

A wake-up costs far more than most events do. So what a lane's task would do at once anyway is done here, as long as that
lane has nothing to do; see `FastLane` and `ControlLane`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.lanes._delivery._calls import RunningCalls
from trio_live.lanes._delivery._fast import NOTHING_AT_ONCE, FastHandlers, Stamped
from trio_live.lanes._flow import ALWAYS_WEIGH, QUEUES, Barrier, ByteBudget, Fanout, Overflow, weigh
from trio_live.session import LANES, Lane
from trio_live.session._internal import EPOCH_BOUND

logger = logging.getLogger("trio_live.lanes")

_URGENT = frozenset(
    {
        wire_events.Disconnected,
        wire_events.Interrupted,
        wire_events.PhaseChanged,
        wire_events.ToolCallCancelled,
        wire_events.UnknownMessage,
    }
)
STALL_WARNING: Seconds = 1.0
"""The router waiting this long for the control lane is worth a warning that names the callback in progress."""


@value
class Route:
    """What happens to the events of one class; looked up once an event."""

    is_urgent: bool
    """Something must be done before it can wait for a lane."""
    to_fast: bool
    at_once: Callable[[wire_events.SessionEvent], None] | None
    """Handles an event of the fast lane without its task."""
    is_epoch_bound: bool
    to_telemetry: bool
    to_control: bool
    size: int
    """What each of them weighs; 0 if they differ."""


class _Routes(dict[type[wire_events.SessionEvent], Route]):
    """The routes of one session, each from the first event of its class on."""

    def __init__(self, at_once: FastHandlers) -> None:
        self._at_once = at_once

    def __missing__(self, kind: type[wire_events.SessionEvent]) -> Route:
        lanes = LANES.get(kind, Lane.NONE)
        route = self[kind] = Route(
            is_urgent=kind in _URGENT,
            to_fast=Lane.FAST in lanes,
            at_once=self._at_once.get(kind),
            is_epoch_bound=kind in EPOCH_BOUND,
            to_telemetry=Lane.TELEMETRY in lanes,
            to_control=Lane.CONTROL in lanes,
            size=ALWAYS_WEIGH.get(kind, 0),
        )
        return route


@value
class Rest:
    """The lanes of one event that were full when it was routed."""

    stamped: Stamped
    fast: bool
    control: bool


class Router:
    """One session's switchboard.

    Args:
        barrier: the interruption epoch, raised here.
        calls: what answers function calls; ended here when nobody waits for it.
        subscribers: readers of raw wire events.
        busy_with: names what the control lane is doing, for the warning about a full queue.
        count: takes an event of the telemetry lane, its bytes, and when it came; never waits.
        phase_changed: told that the link is in another phase.
        at_once: what the fast lane does with an event, for the router to do itself while that lane has no backlog.
    """

    def __init__(
        self,
        barrier: Barrier,
        calls: RunningCalls,
        subscribers: Fanout[wire_events.SessionEvent],
        busy_with: Callable[[], str | None],
        *,
        count: Callable[[wire_events.SessionEvent, int, Seconds | None], None],
        phase_changed: Callable[[], object],
        at_once: FastHandlers = NOTHING_AT_ONCE,
    ) -> None:
        self._barrier = barrier
        self._calls = calls
        self._subscribers = subscribers
        self._busy_with = busy_with
        self._count = count
        self._phase_changed = phase_changed
        self._to_fast, self.fast = trio.open_memory_channel[Stamped](QUEUES["fast"].room_that(Overflow.WAIT))
        self.fast_bytes = ByteBudget(QUEUES["fast"].bytes_of_peer)
        self.control_bytes = ByteBudget(QUEUES["control"].bytes_of_peer)
        """What waits on the lanes; who takes it from there says so."""
        self._to_control, self.control = trio.open_memory_channel[Stamped](QUEUES["control"].room_that(Overflow.WAIT))
        self._settle: Callable[[wire_events.SessionEvent], bool] = lambda _: False
        self._routes = _Routes(at_once)

    def offer_to(self, settle: Callable[[wire_events.SessionEvent], bool]) -> None:
        """Let an idle control lane's events be handled here, where ``settle`` can; see `EventHandler.settle`."""
        self._settle = settle

    def begin(
        self, event: wire_events.SessionEvent, now: Seconds | None = None, *, queued: bool = False
    ) -> Rest | None:
        """Put one event on those of its lanes that have room; returns what is left for `finish`, if anything is.

        Args:
            event: the next one.
            now: the instant in which it was read; this one by default.
            queued: leave even an idle fast lane's event to its task.
        """
        route = self._routes[type(event)]
        size = route.size or (len(event.data) if isinstance(event, wire_events.AudioData) else weigh(event))
        if route.is_urgent:
            self._act_first(event)
        if self._subscribers.readers:
            self._subscribers.publish(event)
        barrier = self._barrier
        fast_is_full = control_is_full = False
        if (
            route.at_once is not None
            and not queued
            and barrier.told == barrier.routed  # nothing is queued that it would overtake
            and (barrier.passed == barrier.current or not route.is_epoch_bound)
        ):
            route.at_once(event)
        elif route.to_fast:
            fast_is_full = not _offer(self._to_fast, self.fast_bytes, (barrier.current, event, size))
            barrier.routed += not fast_is_full
        if route.to_telemetry:
            self._count(event, size, now)
        if route.to_control:
            # Not before it is on the fast lane: whoever waits for that lane counts on it.
            control_is_full = fast_is_full or not self._take_or_queue((barrier.current, event, size))
        if fast_is_full or control_is_full:
            return Rest((barrier.current, event, size), fast_is_full, control_is_full)
        return None

    def _take_or_queue(self, stamped: Stamped) -> bool:
        """Have an event of the control lane handled or queued; False when there is no room for it."""
        room = self.control_bytes  # which is given back when an event was handled, not when it leaves the queue
        return (not room.held and self._settle(stamped[1])) or _offer(self._to_control, room, stamped)

    async def finish(self, rest: Rest) -> None:
        """Wait for the lanes that were full.

        Cancellation: the event may have reached some of its lanes and not others; cancel only to end the session.
        """
        barrier = self._barrier
        if rest.fast:
            barrier.routed += 1  # before it is: nothing must be handled at once while this one waits
            try:
                await _send(self._to_fast, self.fast_bytes, rest.stamped)
            except BaseException:
                barrier.routed -= 1  # what a cancellation kept from the lane is not to be waited for
                raise
        if rest.control:
            await self._wait_for_control(rest.stamped)

    async def route(self, event: wire_events.SessionEvent) -> None:
        """Put one event on its lanes, all of it; cancellation as in `finish`."""
        rest = self.begin(event)
        if rest is not None:
            await self.finish(rest)

    async def route_all(self, news: Iterable[wire_events.SessionEvent]) -> None:
        """`route` for several events, in order; cancellation as there."""
        for event in news:
            await self.route(event)

    async def route_in_time(self, news: Iterable[wire_events.SessionEvent], within: Seconds) -> bool:
        """As `route_all`, but a lane that stands still cannot hold up the end; returns whether all are routed."""
        with trio.move_on_after(within) as patience:
            await self.route_all(news)
        return not patience.cancelled_caught

    def _act_first(self, event: wire_events.SessionEvent) -> None:
        """What cannot wait for a queue."""
        match event:
            case wire_events.PhaseChanged():
                self._phase_changed()
            case wire_events.Interrupted():
                self._barrier.interrupt()
                self._calls.review("the user interrupted")
            case wire_events.ToolCallCancelled():
                self._calls.review("the server cancelled the call")
            case wire_events.Disconnected():
                self._calls.end_all("the session is over")
            case wire_events.UnknownMessage(frame):
                logger.debug("a message this version does not know: %s", sorted(frame))

    def post(self, event: wire_events.SessionEvent) -> bool:
        """Put an event of our own on the control lane, without waiting. Returns whether there was room."""
        with suppress(trio.ClosedResourceError, trio.BrokenResourceError):
            return self._take_or_queue((self._barrier.current, event, weigh(event)))
        return False

    async def put(self, event: wire_events.SessionEvent) -> None:
        """Put an event of our own on the control lane; waits while it is full, is dropped when the session is over.

        Cancellation: the event was not put there.
        """
        with suppress(trio.ClosedResourceError, trio.BrokenResourceError):
            await _send(self._to_control, self.control_bytes, (self._barrier.current, event, weigh(event)))

    async def _wait_for_control(self, stamped: Stamped) -> None:
        with trio.move_on_after(STALL_WARNING):
            await _send(self._to_control, self.control_bytes, stamped)
            return
        logger.warning(
            "%d control events (%d KiB) wait for %s; nothing is lost, but the session stands still until it returns",
            self.control.statistics().current_buffer_used,
            self.control_bytes.held // 1024,
            self._busy_with() or "the control lane",
        )
        await _send(self._to_control, self.control_bytes, stamped)

    def close(self) -> None:
        """No more events: the lanes handle what they have, and end."""
        self._to_fast.close()
        self._to_control.close()


def _offer(queue: trio.MemorySendChannel[Stamped], room: ByteBudget, stamped: Stamped) -> bool:
    """Put something into a queue, if there is room; returns whether there was."""
    if not room.take(stamped[2]):
        return False
    try:
        queue.send_nowait(stamped)
    except BaseException as error:
        room.release(stamped[2])
        if isinstance(error, trio.WouldBlock):
            return False
        raise
    return True


async def _send(queue: trio.MemorySendChannel[Stamped], room: ByteBudget, stamped: Stamped) -> None:
    """Put something into a queue as soon as there is room."""
    await room.wait(stamped[2])
    try:
        await queue.send(stamped)
    except BaseException:
        room.release(stamped[2])
        raise
