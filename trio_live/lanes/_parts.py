"""What a session is made of, put together once. Each part is given what it needs, and holds on to nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import attrs
import trio

from trio_live import events
from trio_live.conversation import SessionSignals
from trio_live.errors import CostCapReached
from trio_live.events import LiveEvent
from trio_live.lanes._callbacks import Aside, CallbackBudget, Dispatcher, ErrorDesk
from trio_live.lanes._delivery import CallbackFailed, FastCalls, PhaseWatch, Router, RunningCalls, TelemetryLane
from trio_live.lanes._flow import QUEUES, Barrier, Fanout, Overflow
from trio_live.lanes._latch import Latch
from trio_live.lanes._lifetime import Lifetime
from trio_live.lanes._links import Links
from trio_live.lanes._plan import SessionPlan
from trio_live.lanes._reports import TelemetryReports
from trio_live.lanes._sending import Outbound, OutQueue
from trio_live.redaction import Redaction
from trio_live.session._internal import HiddenWords, SessionProtocol
from trio_live.state import State
from trio_live.telemetry import SessionTelemetry
from trio_live.telemetry._internal import NO_TRACING, CostLedger, Limit
from trio_live.tools import UserInput
from trio_live.wire_events import SessionEvent

logger = logging.getLogger("trio_live.session")

UNHEARD: Final = "what a tool that listens was too slow for"
"""Under which what the user said is counted that a tool lost."""


@attrs.frozen(eq=False)
class SessionParts:
    """The parts of one session. For those who put others together from them; nobody keeps them all."""

    plan: SessionPlan
    state: State
    lifetime: Lifetime
    telemetry: SessionTelemetry
    protocol: SessionProtocol
    signals: SessionSignals
    events: Fanout[LiveEvent]
    wire_events: Fanout[SessionEvent]
    user_input: Fanout[UserInput]
    """For tools that listen."""
    reports: TelemetryReports
    barrier: Barrier
    calls: RunningCalls
    aside: Aside
    desk: ErrorDesk
    dispatcher: Dispatcher
    fast_calls: FastCalls
    telemetry_lane: TelemetryLane
    phases: PhaseWatch
    router: Router
    outbound: Outbound
    links: Links
    renewal: Latch = attrs.field(factory=Latch)
    """Asks for another connection."""

    def note(self, event: SessionEvent) -> None:
        """Put an event of our own on the control lane; dropped when the session is over.

        Never waits: the caller may be a callback that the lane itself is waiting for. While the lane is full, a task
        beside it waits in the caller's place, and the order is kept.
        """
        if not self.router.post(event) and self.aside.is_open:
            self.aside.start_soon(self.router.put, event)


def assemble(plan: SessionPlan) -> SessionParts:
    """The parts of a session that is about to run."""
    ledger = CostLedger(plan.cost.prices, warn_at=plan.cost.warn_at, cap=plan.cost.cap)
    telemetry = SessionTelemetry(
        trio.current_time,
        keeps_turns=plan.telemetry_interval is not None,
        catch_up=lambda: telemetry_lane.count(),  # noqa: PLW0108  # which is made further below
        ledger=ledger,
    )
    protocol = SessionProtocol(plan.setup, plan.abilities, on_lost=telemetry.drop, writes_speech=plan.writes_speech)
    if plan.redaction is not None:
        protocol.told = HiddenWords(plan.redaction).told
    signals = SessionSignals(
        plan.state, trio.current_time(), has_phase_machine=plan.has_phases, abilities=plan.abilities
    )
    lifetime = Lifetime(lambda ready: protocol.turns.outcome(ready=ready))
    live = Fanout[LiveEvent](QUEUES["events"], lambda: telemetry.lag(1), _hiding(plan.redaction))
    wire = Fanout[SessionEvent](QUEUES["subscribe"], lambda: telemetry.lag(1))
    aside, barrier, calls = Aside(), Barrier(), RunningCalls(protocol.calls)
    desk = ErrorDesk(
        plan.callback_errors,
        tell=lambda words, from_on_error: _tell(parts, words, from_on_error=from_on_error),
        count=telemetry.callback_error,
        fail=lifetime.fail,
        hide=str if plan.redaction is None else plan.redaction.text,
    )
    dispatcher = Dispatcher(desk, aside)
    budget = CallbackBudget(telemetry.slow.count)
    fast_calls = FastCalls(plan.callbacks, live, desk, budget)
    telemetry_lane = TelemetryLane(telemetry, plan.callbacks.on_usage, desk, signals.tick, ledger=ledger, budget=budget)
    telemetry_lane.on_passed = {
        Limit.WARNING: lambda spent, warn_at: _warn(parts, spent, warn_at),
        Limit.CAP: lambda spent, cap: lifetime.end_because(CostCapReached(spent, cap)),
    }
    phases = PhaseWatch(lambda: protocol.phase)
    router = Router(
        barrier,
        calls,
        wire,
        lambda: dispatcher.in_progress,
        count=telemetry_lane.add,
        phase_changed=phases.changed,
        at_once=fast_calls.handlers,
    )
    queue = OutQueue(QUEUES["outbound"].room_that(Overflow.WAIT), plan.reconnect.sound_kept, telemetry.drop)
    outbound = Outbound(protocol, router, queue)
    parts = SessionParts(
        plan=plan,
        state=plan.state,
        lifetime=lifetime,
        telemetry=telemetry,
        protocol=protocol,
        signals=signals,
        events=live,
        wire_events=wire,
        user_input=Fanout(QUEUES["user input"], lambda: telemetry.drop(UNHEARD)),
        reports=TelemetryReports(telemetry, live, plan.telemetry_interval),
        barrier=barrier,
        calls=calls,
        aside=aside,
        desk=desk,
        dispatcher=dispatcher,
        fast_calls=fast_calls,
        telemetry_lane=telemetry_lane,
        phases=phases,
        router=router,
        outbound=outbound,
        links=Links(protocol, outbound, trio.lowlevel.current_clock().current_time, plan.tracing),
    )
    _show_depths(parts)
    plan.tracing.begin(telemetry_lane.observe)
    if plan.tracing is not NO_TRACING:
        telemetry_lane.observers.append(plan.tracing.observe)
    return parts


def _hiding(redaction: Redaction | None) -> Callable[[LiveEvent], LiveEvent] | None:
    """What makes of a live event what may be told; the words of transcripts are redacted already, and stay."""
    if redaction is None:
        return None
    fields = redaction.fields
    return lambda event: event if isinstance(event, events.Audio | events.Media) else fields(event)


def _show_depths(parts: SessionParts) -> None:
    """Let the counters show what waits in each queue, by the names of `QUEUES`."""
    depths: dict[str, Callable[[], int]] = {
        "fast": lambda: parts.router.fast.statistics().current_buffer_used,
        "control": lambda: parts.router.control.statistics().current_buffer_used,
        "outbound": lambda: parts.outbound.depth,
        "telemetry": lambda: parts.telemetry_lane.depth,
        "events": lambda: parts.events.depth,
        "subscribe": lambda: parts.wire_events.depth,
        "user input": lambda: parts.user_input.depth,
    }
    parts.telemetry.gauges.update(depths)


def _warn(parts: SessionParts, spent: float, warn_at: float) -> None:
    logger.warning("the session has cost $%.4f; it is to be told at $%.4f", spent, warn_at)
    parts.events.publish(events.CostWarning(spent, warn_at))


def _tell(parts: SessionParts, words: str, *, from_on_error: bool) -> None:
    """Publish an error and hand it to ``on_error``: by the control lane, or beside it when that is full or has ended."""
    if not from_on_error and parts.router.post(CallbackFailed(words)):
        return
    parts.events.publish(events.Error(words))
    on_error = parts.plan.callbacks.on_error
    if on_error is not None and not from_on_error and parts.aside.is_open:
        parts.dispatcher.spawn("on_error", on_error, words)
