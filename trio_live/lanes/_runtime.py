"""The tasks of one session: start order, the first failure, close order. The supervisor of design and docs.

::

    async with open_session(plan, make_handler) as runtime:      the caller's task, and its nursery
     └─ host          shielded: an outside cancellation reaches the caller's block first, then ends this in order
        ├─ callbacks      concurrent callbacks; the last to go
        └─ lanes
           ├─ fast · control · telemetry
           └─ (host itself) dial → setup → serve → close
              ├─ pump     transport → protocol → router; never awaits user code
              └─ writer   outbound → protocol → transport; the only sender

Strategy: own tasks do not raise into the caller's nursery. The first failure is recorded, everything is brought down
in order, and the failure is raised where the block is left; the block's own exception comes out as it is.

The shield is what makes an orderly end possible: when the caller is cancelled, the lanes must still be there to say
goodbye, to drain and to run ``on_disconnected``. Each of those steps has a deadline, so the shield cannot hold anybody
for ever; the sum of `CLOSING` bounds it.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import attrs
import trio

from trio_live import events
from trio_live import wire_events as wire
from trio_live._tasks import cancel, unwrapped
from trio_live._typing import CallbackErrors, Seconds
from trio_live.conversation import SessionSignals
from trio_live.errors import ConnectError, ConnectRejected, ConnectTimeout, LinkLost, SessionClosed, SessionFailed
from trio_live.lanes._barrier import Barrier
from trio_live.lanes._callbacks import EventCallbacks
from trio_live.lanes._calls import InlineCalls
from trio_live.lanes._control import ControlLane, EventHandler
from trio_live.lanes._dispatch import Dispatcher, ErrorDesk, describe
from trio_live.lanes._fanout import Fanout
from trio_live.lanes._fast import FastLane
from trio_live.lanes._queues import QUEUES
from trio_live.lanes._router import Router
from trio_live.lanes._telemetry import TelemetryLane
from trio_live.lanes._writer import Outbound
from trio_live.session import SessionPhase, SessionProtocol, classify_close
from trio_live.state import State
from trio_live.telemetry import SessionTelemetry
from trio_live.transport import Dialer, Transport
from trio_live.wire import IgnoredSetting, Platform, Setup

logger = logging.getLogger("trio_live.session")

SETUP_WITHIN: Final[Seconds] = 15.0
"""From the setup frame to ``setupComplete``."""

SIGNALS_EVERY: Final[Seconds] = 0.1
"""How often the keys that count time are refreshed."""

CLOSING: Final[dict[str, Seconds]] = {
    "flush": 1.0,  # what was accepted is still written
    "last frames": 0.25,  # after a failed write: what the peer said before it hung up
    "goodbye": 3.0,  # the close handshake; the transport has a deadline of its own
    "lane": 0.25,  # each lane handles what it has
    "callbacks": 0.25,  # concurrent callbacks come to an end by themselves
    "teardown": 5.0,  # on_disconnected and the last act of the control lane
}
"""Seconds each step of the end may take; what is not finished then is cancelled."""

HandlerFactory: TypeAlias = "Callable[[Runtime, Dispatcher], EventHandler]"
"""Makes what the control lane hands its events to."""


@attrs.frozen(kw_only=True)
class SessionPlan:
    """Everything a runtime needs to know; nothing in it changes."""

    setup: Setup
    """The first message, fitted to model and platform."""
    platform: Platform
    dial: Dialer
    callbacks: EventCallbacks = attrs.field(factory=EventCallbacks)
    state: State
    callback_errors: CallbackErrors = "report"
    setup_within: Seconds = SETUP_WITHIN
    ignored: tuple[IgnoredSetting, ...] = ()
    """Settings that were left off the wire."""
    has_phases: bool = False
    """Whether ``session:phase`` belongs to the conversation."""


class Runtime:
    """One session while it runs. Made and ended by `open_session`."""

    def __init__(self, plan: SessionPlan) -> None:
        self.plan = plan
        self.state = plan.state
        self.protocol = SessionProtocol(plan.setup, plan.platform)
        self.telemetry = SessionTelemetry(trio.current_time)
        self.signals = SessionSignals(plan.state, trio.current_time(), has_phase_machine=plan.has_phases)
        self.events: Fanout[events.LiveEvent] = Fanout(QUEUES["events"].capacity, self._lagged)
        self.wire_events: Fanout[wire.SessionEvent] = Fanout(QUEUES["subscribe"].capacity, self._lagged)
        self.barrier = Barrier()
        self.calls = InlineCalls()
        self.router = Router(self.barrier, self.calls, self.wire_events, self._busy_with)
        self.outbound = Outbound(self.protocol, self.router)
        self.desk = ErrorDesk(
            plan.callback_errors, tell=self._tell, count=self.telemetry.callback_error, fail=self.fail
        )
        self.dispatcher: Dispatcher | None = None
        self._handler: EventHandler
        self.failure: BaseException | None = None
        """What ended the session, when it was not its user or its peer."""
        self.connected = False
        self.settled = trio.Event()
        """Connected, or certain never to be."""
        self.begun = trio.Event()
        """The beginning (initial phase, greeting) is over, or never will be."""
        self.ended = trio.Event()
        """Every task has finished."""
        self.reason: str | None = None
        """Why the session ended; ``None`` when this side ended it, or while it runs."""
        self._ending = trio.Event()
        self._lost: LinkLost | None = None
        self._connecting = trio.CancelScope()
        self.body = trio.CancelScope()
        self.shell = trio.CancelScope(shield=True)
        self._phase_waiters = trio.lowlevel.ParkingLot()
        self._host_task: trio.lowlevel.Task | None = None
        self._aside: trio.Nursery | None = None

    # -- from outside -------------------------------------------------------------------------------------------

    def request_end(self) -> None:
        """Begin to end the session; `ended` tells when it has."""
        self._ending.set()
        if not self.connected:
            cancel(self._connecting, "the session is ended before it began")

    async def disconnect(self) -> None:
        """End the session in order and wait until every task has finished.

        Called from one of the session's own callbacks it only begins the end: waiting there would be waiting for
        oneself. Calling it again does no harm.

        Cancellation: the session ends all the same.
        """
        self.request_end()
        if self._is_inside():
            await trio.lowlevel.checkpoint()
        else:
            await self.ended.wait()

    async def wait_ended(self) -> None:
        """Wait until every task has finished.

        Raises:
            RuntimeError: called from one of the session's own tasks, which would wait for itself.

        Cancellation: harmless.
        """
        if self._is_inside():
            raise RuntimeError("a callback cannot wait for the end of its own session; call disconnect() instead")
        await self.ended.wait()

    def _is_inside(self) -> bool:
        """Whether a task of this session is asking: a callback must not wait for its own lane to end.

        A task that a callback has started in somebody else's nursery is not one: nobody here waits for it.
        """
        task: trio.lowlevel.Task | None = trio.lowlevel.current_task()
        while task is not None and task is not self._host_task:
            task = task.parent_nursery.parent_task if task.parent_nursery is not None else None
        return task is not None

    def fail(self, error: BaseException) -> None:
        """End the session with ``error``; the first one counts, later ones are logged."""
        if self.failure is None:
            self.failure = error
            self.reason = self.reason or f"the session failed: {describe(error)}"
        elif error is not self.failure:
            logger.error("something else failed while the session was failing", exc_info=error)
        cancel(self.body, "the session failed")
        self.request_end()

    async def wait_phase(self, *wanted: SessionPhase) -> SessionPhase:
        """Wait until the link is in one of ``wanted``, or the session is over; returns the phase it is in.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self.protocol.phase not in wanted and not self.ended.is_set():
            await self._phase_waiters.park()
        return self.protocol.phase

    # -- the host -----------------------------------------------------------------------------------------------

    async def host(self, make_handler: HandlerFactory) -> None:
        """Run the session from dial to the last callback. Never raises but for what is not an `Exception`."""
        self._host_task = trio.lowlevel.current_task()
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
            self.ended.set()
            self.settled.set()
            self.begun.set()
            self._phase_waiters.unpark_all()
            self._host_task = self._aside = None

    async def _run_lanes(self, make_handler: HandlerFactory) -> None:
        async with trio.open_nursery() as callbacks:
            self._aside = callbacks
            self.dispatcher = Dispatcher(self.desk, callbacks)
            handler = self._handler = make_handler(self, self.dispatcher)
            async with trio.open_nursery() as nursery:
                lanes = self._start_lanes(nursery, handler)
                await self._conduct()
                self.router.close()
                for lane in lanes:
                    await lane.finish()
                if self.connected:
                    with trio.move_on_after(CLOSING["teardown"]):
                        await handler.finish(self.reason)
            callbacks.cancel_scope.deadline = trio.current_time() + CLOSING["callbacks"]

    def _start_lanes(self, nursery: trio.Nursery, handler: EventHandler) -> list[_LaneTask]:
        callbacks, desk = self.plan.callbacks, self.desk
        fast = FastLane(
            self.router.fast,
            callbacks=callbacks,
            fanout=self.events,
            barrier=self.barrier,
            desk=desk,
            on_stale=self.telemetry.drop,
        )
        control = ControlLane(self.router.control, handler)
        observers = [self._observe, handler.observe]
        telemetry = TelemetryLane(self.router.telemetry, self.telemetry, callbacks.on_usage, desk, observers)
        lanes = [
            _LaneTask("control", control.run),
            _LaneTask("fast", fast.run),
            _LaneTask("telemetry", telemetry.run),
            _LaneTask("timers", handler.keep_time, patience=0.0),
            _LaneTask("signals", self._keep_signals, patience=0.0),
        ]
        for lane in lanes:
            nursery.start_soon(lane.run, name=f"{lane.name} lane")
        return lanes

    # -- the connection -----------------------------------------------------------------------------------------

    async def _conduct(self) -> None:
        """One connection after the other; today there is one. Reconnecting goes here: it is a loop around this."""
        try:
            with self._connecting:
                await self._connect_and_serve()
        except ConnectError as error:
            self.fail(error)
        if not self.connected and self.failure is None:
            self.fail(ConnectError("the session was ended while it was connecting"))
        if self._lost is not None:
            row = classify_close(self._lost.code, self._lost.reason)
            self.reason = f"{row.meaning} ({self._lost})"
            logger.warning("the session is over: %s", self.reason)
            if not await self._route_in_time([wire.Error(self.reason)]):
                self.events.publish(events.Error(self.reason))
        self.outbound.close(self.reason)
        self.outbound.abandon()
        await self._route_in_time([*self.protocol.end(), wire.Disconnected(self.reason)])

    async def _connect_and_serve(self) -> None:
        async with self.plan.dial() as transport:
            await self._set_up(transport)
            self.connected = True
            self.settled.set()
            await self._serve(transport)
            with trio.move_on_after(CLOSING["goodbye"]):
                await transport.aclose()

    async def _set_up(self, transport: Transport) -> None:
        """Send the setup and wait for the answer; everything else that arrives before it is passed over."""
        frame, news = self.protocol.begin()
        await self._route_all(news)
        try:
            with trio.fail_after(self.plan.setup_within):
                await transport.send([frame])
                while self.protocol.phase is SessionPhase.SETUP_SENT:
                    await self._take(await transport.receive())
        except trio.TooSlowError:
            raise ConnectTimeout(
                f"the server took the connection but did not answer the setup within {self.plan.setup_within:g} s",
                advice="some models fall silent when a setting does not suit them; try with fewer settings",
            ) from None
        except LinkLost as lost:
            row = classify_close(lost.code, lost.reason)
            raise ConnectRejected(
                f"the server refused the setup: {row.meaning}; it closed with {lost.code}"
                + (f" and the words {lost.reason!r}" if lost.reason else ""),
                code=lost.code,
                reason=lost.reason,
                advice=row.advice or "check the model name, the settings and the credentials",
            ) from None

    async def _serve(self, transport: Transport) -> None:
        """Pump and write until the link is lost or somebody wants to end."""
        async with trio.open_nursery() as nursery:
            written = trio.Event()
            nursery.start_soon(self._pump, transport, name="pump")
            nursery.start_soon(self._write, transport, written, name="writer")
            await self._ending.wait()
            if self._lost is None:
                with trio.move_on_after(CLOSING["flush"]):
                    await self._handler.farewell()
                    self.outbound.close(self.reason)
                    await written.wait()
                self.outbound.close(self.reason)
                await self._route_in_time(self.protocol.begin_close())
            cancel(nursery.cancel_scope, "the session is ending")

    async def _pump(self, transport: Transport) -> None:
        try:
            while True:
                await self._take(await transport.receive())
        except LinkLost as lost:
            self._lose(lost)

    async def _take(self, frames: object) -> None:
        receive, route = self.protocol.receive, self.router.route
        for frame in frames:  # type: ignore[attr-defined]  # Frames
            for event in receive(frame):
                await route(event)
        if self.protocol.refusal is not None:
            raise self.protocol.refusal

    async def _write(self, transport: Transport, written: trio.Event) -> None:
        try:
            await self.outbound.run(transport)
        except LinkLost as lost:
            # The pump may still be reading what the peer said before it hung up, and why. It ends by itself then.
            await trio.sleep(CLOSING["last frames"])
            self._lose(lost)
        written.set()

    def _lose(self, lost: LinkLost) -> None:
        if self._lost is None and not self._ending.is_set():
            self._lost = lost
        self._ending.set()

    # -- small duties -------------------------------------------------------------------------------------------

    async def _route_all(self, news: list[wire.SessionEvent]) -> None:
        for event in news:
            await self.router.route(event)

    async def _keep_signals(self) -> None:
        """Refresh the keys that count time, for as long as the session is up."""
        await self.settled.wait()
        while not self._ending.is_set():
            self.signals.tick(trio.current_time())
            with trio.move_on_after(SIGNALS_EVERY):
                await self._ending.wait()

    async def _route_in_time(self, news: list[wire.SessionEvent]) -> bool:
        """As `_route_all`, but a lane that stands still cannot hold up the end; returns whether all are routed."""
        with trio.move_on_after(CLOSING["lane"]) as patience:
            await self._route_all(news)
        return not patience.cancelled_caught

    def note(self, event: wire.SessionEvent) -> None:
        """Put an event of our own on the control lane.

        Never waits: the caller may be a callback that the lane itself is waiting for. While the lane is full, a task
        beside it waits in the caller's place, and the order is kept.
        """
        if not self.router.post(event) and self._aside is not None:
            self._aside.start_soon(self.router.put, event)

    def _observe(self, event: wire.SessionEvent) -> None:
        self.signals.on_event(event, trio.current_time())
        if type(event) is wire.PhaseChanged:
            self._phase_waiters.unpark_all()

    def _lagged(self) -> None:
        self.telemetry.lag(1)

    def _busy_with(self) -> str | None:
        return self.dispatcher.in_progress if self.dispatcher is not None else None

    def _tell(self, message: str, from_on_error: bool) -> None:  # noqa: FBT001  # ErrorDesk's protocol
        if not from_on_error and self.router.post(wire.Error(message)):
            return
        self.events.publish(events.Error(message))
        on_error = self.plan.callbacks.on_error
        if on_error is not None and not from_on_error and self.dispatcher is not None:
            self.dispatcher.spawn("on_error", on_error, message)  # the lane is full, or has ended: beside it


@attrs.define
class _LaneTask:
    """A lane's task: left alone while the session runs, given a moment at its end, then cancelled."""

    name: str
    work: Callable[[], Awaitable[None]]
    patience: Seconds = CLOSING["lane"]
    scope: trio.CancelScope = attrs.field(factory=trio.CancelScope)
    done: trio.Event = attrs.field(factory=trio.Event)

    async def run(self) -> None:
        with self.scope:
            await self.work()
        self.done.set()

    async def finish(self) -> None:
        with trio.move_on_after(self.patience):
            await self.done.wait()
        cancel(self.scope, "the session is over")
        await self.done.wait()


@asynccontextmanager
async def open_session(plan: SessionPlan, make_handler: HandlerFactory) -> AsyncGenerator[Runtime, None]:
    """A running session: connected when the block is entered, every task finished when it is left.

    Raises:
        ConnectError: there is no session to be had.
        SessionFailed: a task of the session itself broke.
        Exception: a callback's own, under ``callback_errors="raise"``.

    Cancellation: the session is closed in order, within the deadlines of `CLOSING`; nothing is left behind.
    """
    runtime = Runtime(plan)
    body_error: BaseException | None = None
    group: BaseExceptionGroup | None = None
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(runtime.host, make_handler, name="trio-live session")
            try:
                with runtime.body:
                    await runtime.settled.wait()
                    if runtime.connected:
                        yield runtime
            except BaseException as error:
                if not runtime.connected:
                    cancel(runtime.shell, "connecting was given up")
                if _holds_cancellation(error):
                    raise  # only Trio knows whose it is: the nursery's own ends there, one from outside goes on
                body_error = error
            finally:
                runtime.request_end()
                with trio.CancelScope(shield=True):
                    await runtime.ended.wait()
    except BaseExceptionGroup as raised:
        group = raised
    _come_out(body_error, runtime.failure, group)


def _come_out(body: BaseException | None, failure: BaseException | None, group: BaseExceptionGroup | None) -> None:
    """Raise what a block and its session leave behind: a lone error as it is, several as a group, each of them once.

    A cancellation comes out only when nothing else does, as after any clean-up that fails. A block that met the
    failed session's `SessionClosed` has nothing of its own to say.
    """
    if failure is not None and isinstance(body, SessionClosed):
        body = None
    crashed = None if group is None else group.split(trio.Cancelled)[1]
    errors: list[BaseException] = []
    for error in (body, failure, None if crashed is None else unwrapped(crashed)):
        if error is not None and not any(error is other for other in errors):
            errors.append(error)
    if len(errors) > 1:
        raise BaseExceptionGroup("the block and its session both failed", errors)
    if errors:
        raise errors[0]
    if group is not None:
        raise unwrapped(group)


def _holds_cancellation(error: BaseException) -> bool:
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(trio.Cancelled) is not None
    return isinstance(error, trio.Cancelled)
