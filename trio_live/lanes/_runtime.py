"""The tasks of one session: start order, the first failure, close order. The supervisor of design and docs.

::

    async with open_session(plan, make_handler) as (runtime, handler):      the caller's task, and its nursery
     └─ host          shielded: an outside cancellation reaches the caller's block first, then ends this in order
        ├─ callbacks      concurrent callbacks; the last to go
        └─ lanes
           ├─ fast · control · telemetry
           └─ (host itself) link: dial → setup → serve → close
              ├─ pump     transport → protocol → router; never awaits user code
              └─ writer   outbound → protocol → transport; what no caller could write itself

Strategy: own tasks do not raise into the caller's nursery. The first failure is recorded, everything is brought down
in order, and the failure is raised where the block is left; the block's own exception comes out as it is.

The shield is what makes an orderly end possible: when the caller is cancelled, the lanes must still be there to say
goodbye, to drain and to run ``on_disconnected``. Each of those steps has a deadline, so the shield cannot hold anybody
for ever; the sum of `CLOSING` bounds it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeAlias

import trio

from trio_live import events, wire_events
from trio_live._tasks import cancel, runs_inside, unwrapped
from trio_live.conversation import SessionSignals
from trio_live.errors import ConnectError, LinkLost, SessionFailed
from trio_live.lanes._callbacks import Dispatcher, ErrorDesk, describe
from trio_live.lanes._delivery import (
    CallbackFailed,
    ControlLane,
    EventHandler,
    FastCalls,
    FastLane,
    Router,
    RunningCalls,
    TelemetryLane,
)
from trio_live.lanes._flow import QUEUES, Barrier, Fanout
from trio_live.lanes._keep_alive import KeepAlive
from trio_live.lanes._lane_task import LaneTask
from trio_live.lanes._link import Link
from trio_live.lanes._plan import CLOSING, SessionPlan
from trio_live.lanes._reports import TelemetryReports
from trio_live.lanes._writer import Outbound
from trio_live.session import SessionEnd, SessionPhase
from trio_live.session._internal import SessionProtocol, classify_close
from trio_live.state._internal import keep_late
from trio_live.telemetry import SessionTelemetry

logger = logging.getLogger("trio_live.session")

HandlerFactory: TypeAlias = "Callable[[Runtime, Dispatcher], EventHandler]"
"""Makes what the control lane hands its events to."""


class Runtime:
    """One session while it runs. Made and ended by `open_session`."""

    def __init__(self, plan: SessionPlan) -> None:
        self.plan = plan
        self.state = plan.state
        self.telemetry = SessionTelemetry(
            trio.current_time,
            keeps_turns=plan.telemetry_interval is not None,
            catch_up=lambda: self._telemetry_lane.count(),  # noqa: PLW0108  # which is made further below
        )
        self.protocol = SessionProtocol(
            plan.setup, plan.abilities, on_lost=self.telemetry.drop, writes_speech=plan.writes_speech
        )
        self.signals = SessionSignals(
            plan.state, trio.current_time(), has_phase_machine=plan.has_phases, abilities=plan.abilities
        )
        self.events: Fanout[events.LiveEvent] = Fanout(QUEUES["events"], self._lagged)
        self.reports = TelemetryReports(self.telemetry, self.events, plan.telemetry_interval)
        self.wire_events: Fanout[wire_events.SessionEvent] = Fanout(QUEUES["subscribe"], self._lagged)
        self.barrier = Barrier()
        self.calls = RunningCalls(self.protocol.calls)
        self.desk = ErrorDesk(
            plan.callback_errors, tell=self._tell, count=self.telemetry.callback_error, fail=self.fail
        )
        self._fast_calls = FastCalls(plan.callbacks, self.events, self.desk)
        self._telemetry_lane = TelemetryLane(self.telemetry, plan.callbacks.on_usage, self.desk, self.signals.tick)
        self.router = Router(
            self.barrier,
            self.calls,
            self.wire_events,
            self._busy_with,
            count=self._telemetry_lane.add,
            at_once=self._fast_calls.handlers,
        )
        self.outbound = Outbound(self.protocol, self.router)
        self.dispatcher: Dispatcher | None = None
        self._handler: EventHandler
        self.failure: BaseException | None = None
        """What ended the session, when it was not its user or its peer."""
        self.connected = False
        self.settled = trio.Event()
        """Connected, or certain never to be."""
        self.begun = trio.Event()
        """The beginning (initial phase, greeting) is over, or never will be."""
        self.handed_out = trio.Event()
        """The user's block has its handle and runs, or never will."""
        self.ended = trio.Event()
        """Every task has finished."""
        self.reason: str | None = None
        """Why the session ended; ``None`` when this side ended it, or while it runs."""
        self._lost: LinkLost | None = None
        self._is_over = False
        self._ending = trio.Event()
        self._connecting = trio.CancelScope()
        self.body = trio.CancelScope()
        self.shell = trio.CancelScope(shield=True)
        self._host_task: trio.lowlevel.Task | None = None
        self._aside: trio.Nursery | None = None

    # -- from outside -------------------------------------------------------------------------------------------

    def request_end(self) -> None:
        """Begin to end the session; `ended` tells when it has."""
        self._ending.set()
        self.handed_out.set()
        if not self.connected:
            cancel(self._connecting, "the session is ended before it began")

    async def disconnect(self) -> None:
        """End the session in order and wait until every task has finished.

        Called from one of the session's own callbacks it only begins the end: waiting there would be waiting for
        oneself. Calling it again does no harm.

        Cancellation: the session ends all the same.
        """
        self.request_end()
        if self.is_inside():
            await trio.lowlevel.checkpoint()
        else:
            await self.ended.wait()

    async def wait_ended(self) -> None:
        """Wait until every task has finished.

        Raises:
            RuntimeError: called from one of the session's own tasks, which would wait for itself.
            SessionFailed: the session did not end, it failed; the cause is attached.

        Cancellation: harmless.
        """
        if self.is_inside():
            raise RuntimeError("a callback cannot wait for the end of its own session; call disconnect() instead")
        await self.ended.wait()
        if self.failure is not None:
            # One of its own for each who waits: an exception that is raised in two tasks mixes their tracebacks.
            cause = self.failure.__cause__ if isinstance(self.failure, SessionFailed) else None
            raise SessionFailed(self.reason or "the session failed") from (self.failure if cause is None else cause)

    @property
    def end(self) -> SessionEnd | None:
        """How the session ended; ``None`` while its connection is up."""
        if not self._is_over:
            return None
        code, words = (None, None) if self._lost is None else (self._lost.code, self._lost.reason)
        return SessionEnd(self.reason, code, words, self.failure, self.protocol.turns.outcome(ready=self.connected))

    def is_inside(self) -> bool:
        """Whether a task of this session is asking: a callback must not wait for its own lane to end.

        A task that a callback has started in somebody else's nursery is not one: nobody here waits for it.
        """
        return self._host_task is not None and runs_inside(self._host_task)

    def fail(self, error: BaseException) -> None:
        """End the session with ``error``; the first one counts, later ones are logged."""
        if self.failure is None:
            self.failure = error
            self.reason = self.reason or f"the session failed: {describe(error)}"
        elif error is not self.failure and not isinstance(error, KeyboardInterrupt):
            logger.error("something else failed while the session was failing", exc_info=error)
        cancel(self.body, "the session failed")
        self.request_end()

    async def wait_phase(self, *wanted: SessionPhase) -> SessionPhase:
        """Wait until the link is in one of ``wanted``, or the session is over; returns the phase it is in.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self.protocol.phase not in wanted and not self.ended.is_set():
            await self.router.phase_waiters.park()
        return self.protocol.phase

    # -- the host -----------------------------------------------------------------------------------------------

    @trio.lowlevel.enable_ki_protection  # code of ours is not torn apart; user code is, and then the session ends
    async def host(self, make_handler: HandlerFactory) -> None:
        """Run the session from dial to the last callback. Never raises but for what is not an `Exception`."""
        self._host_task = trio.lowlevel.current_task()
        let_go = keep_late(self.state, self.signals.keys, self._telemetry_lane.refresh)
        try:
            with self.shell:
                await self._run_lanes(make_handler)
        except Exception as error:  # noqa: BLE001  # recorded; raised where the session is left
            cause = unwrapped(error)
            failed = SessionFailed(f"a task of the session raised {type(cause).__name__}: {cause}")
            failed.__cause__ = cause
            self.fail(failed)
            self.events.publish(events.Disconnected(self.reason))
        finally:
            self.outbound.close(self.reason)
            self.outbound.abandon()
            self.protocol.end()
            self.events.close()
            self.wire_events.close()
            self._is_over = True
            self.ended.set()
            self.settled.set()
            self.begun.set()
            self.router.phase_waiters.unpark_all()
            self._host_task = self._aside = None
            self._telemetry_lane.refresh()
            let_go()

    async def _run_lanes(self, make_handler: HandlerFactory) -> None:
        async with trio.open_nursery() as callbacks:
            self._aside = callbacks
            self.dispatcher = Dispatcher(self.desk, callbacks)
            handler = self._handler = make_handler(self, self.dispatcher)
            async with trio.open_nursery() as nursery:
                lanes = self._start_lanes(nursery, handler)
                await self._conduct()
                self.router.close()
                self._telemetry_lane.close()
                for lane in lanes:
                    await lane.finish()
                self.reports.publish()
                if self.connected:
                    with trio.move_on_after(CLOSING["teardown"]):
                        await handler.finish(self.reason)
            callbacks.cancel_scope.deadline = trio.current_time() + CLOSING["callbacks"]

    def _start_lanes(self, nursery: trio.Nursery, handler: EventHandler) -> list[LaneTask]:
        fast = FastLane(
            self.router.fast, self.router.fast_bytes, self._fast_calls.handlers, self.barrier, self.telemetry.drop
        )
        control = ControlLane(self.router.control, self.router.control_bytes, handler)
        self._telemetry_lane.observers += (self.signals.on_events, handler.observe)
        keep_alive = KeepAlive(self.plan.keep_alive, self.settled, self.outbound, self.wait_phase)
        patience = CLOSING["lane"]
        lanes = [
            LaneTask("control", control.run, patience, stop=self.fail),
            LaneTask("fast", fast.run, patience, stop=self.fail),
            LaneTask("telemetry", self._telemetry_lane.run, patience, stop=self.fail),
            LaneTask("timers", handler.keep_time, patience=0.0, stop=self.fail),
            LaneTask("reports", self.reports.run, patience=0.0, stop=self.fail),
            LaneTask("keep alive", keep_alive.run, patience=0.0, stop=self.fail),
        ]
        for lane in lanes:
            nursery.start_soon(lane.run, name=f"{lane.name} lane")
        return lanes

    # -- the connection -----------------------------------------------------------------------------------------

    async def _conduct(self) -> None:
        """One connection after the other; today there is one. Reconnecting goes here: it is a loop around this."""
        link = Link(
            *(self.plan, self.protocol, self.router, self.outbound),
            ending=self._ending,
            farewell=self._handler.farewell,
            close=lambda: self.outbound.close(self.reason),
            stop=self.fail,
        )
        try:
            with self._connecting:
                await link.run(self._on_connected)
        except ConnectError as error:
            self.fail(error)
        if not self.connected and self.failure is None:
            self.fail(ConnectError("the session was ended while it was connecting"))
        self._lost = link.lost
        if link.lost is not None:
            row = classify_close(link.lost.code, link.lost.reason)
            learnt = self.protocol.learn(link.lost)
            self.reason = f"{row.meaning} ({link.lost}){f'; {learnt}' if learnt else ''}"
            logger.warning("the session is over: %s", self.reason)
            if not await self.router.route_in_time([wire_events.Error(self.reason)], CLOSING["lane"]):
                self.events.publish(events.Error(self.reason))
        self._is_over = True
        self.outbound.close(self.reason)
        self.outbound.abandon()
        await self.router.route_in_time([*self.protocol.end(), wire_events.Disconnected(self.reason)], CLOSING["lane"])

    def _on_connected(self) -> None:
        self.connected = True
        self.settled.set()

    # -- small duties -------------------------------------------------------------------------------------------

    def observe(self) -> None:
        """Let everybody see the events of the telemetry lane that were routed so far."""
        self._telemetry_lane.observe()

    def note(self, event: wire_events.SessionEvent) -> None:
        """Put an event of our own on the control lane.

        Never waits: the caller may be a callback that the lane itself is waiting for. While the lane is full, a task
        beside it waits in the caller's place, and the order is kept.
        """
        if not self.router.post(event) and self._aside is not None:
            self._aside.start_soon(self.router.put, event)

    def _lagged(self) -> None:
        self.telemetry.lag(1)

    def _busy_with(self) -> str | None:
        return self.dispatcher.in_progress if self.dispatcher is not None else None

    def _tell(self, message: str, from_on_error: bool) -> None:  # noqa: FBT001  # ErrorDesk's protocol
        if not from_on_error and self.router.post(CallbackFailed(message)):
            return
        self.events.publish(events.Error(message))
        on_error = self.plan.callbacks.on_error
        if on_error is not None and not from_on_error and self.dispatcher is not None:
            self.dispatcher.spawn("on_error", on_error, message)  # the lane is full, or has ended: beside it
