"""The telemetry lane: counts what passed by. It never touches the conversation.

Nothing here is worth a wake-up of its own, so events wait in a bounded list and are counted in batches: when the lane's
task wakes (once in `SIGNALS_EVERY` seconds, for half a full list, and at once for ``on_usage``), and always before anybody
reads what they change. Each event carries the instant in which it was routed, so it makes no difference when it is
counted.

Three things are done, each by whom it suits:

* *counting* is pure, and is done by whoever reads a counter;
* *observing* writes the ``session:`` keys of the State, once for all events that wait, and is done by whoever looks at
  one of these keys;
* *telling* calls ``on_usage``, and says that a session has cost what it may; only this lane's task does, so that no
  code of the user runs inside another's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from threading import get_ident
from typing import Any, Final, TypeAlias

import trio

from trio_live import wire_events
from trio_live._callables import answered_nothing
from trio_live._typing import Seconds
from trio_live.lanes._callbacks import CallbackBudget, ErrorDesk, UsageCallback
from trio_live.lanes._flow import QUEUES, Overflow
from trio_live.telemetry import SessionTelemetry
from trio_live.telemetry._internal import SPELL_SECONDS, CostLedger, Limit, is_quiet
from trio_live.wire import UsageMetadata
from trio_live.wire_events._internal import Passed, SoundRun

logger = logging.getLogger("trio_live.lanes")

SIGNALS_EVERY: Final[Seconds] = 1.0
"""How often the task wakes, counts what waits, and refreshes the keys that count time.

They are refreshed too whenever somebody looks at them: so whoever decides sees them as they are, and an hour of silence
on a mock clock costs next to nothing.
"""

Routed: TypeAlias = tuple[Passed, Seconds]
"""An event and when it was routed, or a run of sound and when it began."""

Observer: TypeAlias = Callable[[Sequence[Routed]], None]
"""Sees some events, in their order. Must neither wait nor raise."""


def _count_sound(telemetry: SessionTelemetry, run: SoundRun) -> None:
    if telemetry.sound_out(run):
        logger.warning("the model's sound has been nearly silent for %g s", SPELL_SECONDS)


def _count_oddity(telemetry: SessionTelemetry, kind: wire_events.OddityKind) -> None:
    telemetry.oddity(kind.value)
    if kind is wire_events.OddityKind.SKIPPED_FRAME:
        telemetry.undecodable_frame()


_COUNT: Final[dict[type[Passed], Callable[[SessionTelemetry, Any, Seconds], object]]] = {
    SoundRun: lambda telemetry, run, _: _count_sound(telemetry, run),
    wire_events.TextDelta: lambda telemetry, _, now: telemetry.text_out(now),
    wire_events.VoiceActivityStart: lambda telemetry, _, now: telemetry.vad_start(now),
    wire_events.VoiceActivityEnd: lambda telemetry, _, now: telemetry.vad_end(now),
    wire_events.ToolCall: lambda telemetry, *_: telemetry.tool_called(),
    wire_events.Error: lambda telemetry, event, _: telemetry.undecodable_frame() if event.skipped_frame else None,
    wire_events.Interrupted: lambda telemetry, event, _: telemetry.interrupted(phantom=event.phantom),
    wire_events.TurnComplete: lambda telemetry, event, now: telemetry.turn_complete(now, overlong=event.overlong),
    wire_events.Oddity: lambda telemetry, event, _: _count_oddity(telemetry, event.kind),
    wire_events.Usage: lambda telemetry, event, _: telemetry.usage(event.usage),
}
"""What each event changes in the counters."""


class TelemetryLane:
    """One session's telemetry lane.

    Args:
        telemetry: the counters.
        on_usage: the user's callback for token counts.
        desk: where its errors go.
        tick: refreshes the keys that count time.
        ledger: the account of what the session costs; it is part of the counters.
        budget: counts slow callbacks.
    """

    def __init__(
        self,
        telemetry: SessionTelemetry,
        on_usage: UsageCallback | None,
        desk: ErrorDesk,
        tick: Callable[[Seconds], None],
        *,
        ledger: CostLedger,
        budget: CallbackBudget,
    ) -> None:
        self._telemetry = telemetry
        self._on_usage: Callable[[UsageMetadata], object] | None = on_usage
        self._desk = desk
        self._tick = tick
        self._ledger = ledger
        self._budget = budget
        self.on_passed: dict[Limit, Callable[[float, float], object]] = {}
        """Called when a sum was passed: with what was spent, and what the sum is."""
        self.observers: list[Observer] = []
        """See every event after the counters; for the session's signals."""
        self._clock = trio.lowlevel.current_clock().current_time
        self._waiting: list[Routed] = []
        self._run: SoundRun | None = None
        """The last that waits, if it is one that may still grow."""
        self._depth = 0
        self._counted = 0
        self._untold: list[wire_events.Usage] = []
        self._capacity = QUEUES["telemetry"].room_that(Overflow.EMPTY)
        self._half = self._capacity // 2
        self._most_bytes = QUEUES["telemetry"].bytes_of_peer
        self._held = 0
        self._sleeper = trio.lowlevel.ParkingLot()
        self._thread = get_ident()
        self._is_observing = False
        self._closed = False

    def add(self, event: wire_events.SessionEvent, size: int, now: Seconds | None = None) -> None:
        """One event more, of so many bytes, which came ``now``. Never waits: when the list is full, it is emptied here."""
        if now is None:
            now = self._clock()
        self._depth += 1
        if type(event) is wire_events.AudioData:  # nearly every event is, so nothing else is asked of it
            run = self._run
            if run is None:
                run = self._run = SoundRun()
                self._waiting.append((run, now))
            run.sizes.append(size)
            run.instants.append(now)
            if run.is_quiet and not is_quiet(event.data):  # of a voice, the first piece of each run is looked at
                run.is_quiet = False
            if self._depth < self._half:
                return
        else:
            self._run = None
            self._waiting.append((event, now))
            self._held += size
        if self._depth >= self._half or self._held > self._most_bytes:
            self._sleeper.unpark_all()
            if self._depth >= self._capacity or self._held > self._most_bytes:
                self.observe()
        elif type(event) is wire_events.Usage and (self._on_usage is not None or self._ledger.is_limited):
            self._sleeper.unpark_all()

    def count(self) -> None:
        """Count everything that was routed so far. From another thread it does nothing: there the task is waited for."""
        if get_ident() != self._thread:
            return
        waiting, telemetry = self._waiting[self._counted :], self._telemetry
        self._counted, self._run = len(self._waiting), None
        for event, now in waiting:
            count = _COUNT.get(type(event))
            if count is not None:
                count(telemetry, event, now)

    def observe(self) -> None:
        """Count everything that was routed so far, and let the observers see it."""
        if self._waiting:
            self._alone(self._observe)

    def refresh(self) -> None:
        """Observe, and refresh the keys that count time."""
        self._alone(self._observe, self._refresh_time)

    def _alone(self, *steps: Callable[[], None]) -> None:
        """Do something that touches the State, and may thereby ask for itself; then it is done already."""
        if self._is_observing:
            return
        self._is_observing = True
        try:
            for step in steps:
                step()
        finally:
            self._is_observing = False

    def _observe(self) -> None:
        self.count()
        routed, self._waiting, self._counted = self._waiting, [], 0
        self._held = self._depth = 0
        for observer in self.observers:
            observer(routed)
        if self._on_usage is not None:
            self._untold += [event for event, _ in routed if isinstance(event, wire_events.Usage)]

    def _refresh_time(self) -> None:
        self._tick(self._clock())

    async def run(self) -> None:
        """Count, observe and tell until the router closes the lane."""
        while not self._closed:
            with trio.move_on_after(SIGNALS_EVERY):
                await self._sleeper.park()
            self.refresh()
            self._tell()

    @property
    def depth(self) -> int:
        """Events that no observer has seen yet."""
        return self._depth

    def close(self) -> None:
        """No more events: the task handles what there is, and ends."""
        self._closed = True
        self._sleeper.unpark_all()

    def _tell(self) -> None:
        for limit, dollars in self._ledger.take_passed():
            self.on_passed[limit](self._ledger.spent or 0.0, dollars)
        untold, self._untold = self._untold, []
        for event in untold:
            if self._on_usage is not None:
                began = self._budget.stopwatch()
                try:
                    answer = self._on_usage(event.usage)
                    self._budget.check("on_usage", self._budget.stopwatch() - began)
                    if answer is not None:
                        answered_nothing(answer)
                except Exception as error:  # noqa: BLE001  # user code; reported
                    self._desk.report("on_usage", error)
