"""What all handles of one State share: entries, journal, sinks, clock, and the one lock.

Strategy: every operation of State holds one re-entrant lock for its whole length. On Trio's thread alone it would
not be needed, since no operation contains a checkpoint; but tools run in worker threads (``trio.to_thread``), and a
tenth of a microsecond buys them the same promise instead of an exception. No operation waits for anything else while
it holds the lock, so it cannot deadlock; user functions that run under it (``modify``, sinks) may read this State,
and get a `StateError` when they write.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from threading import RLock
from typing import Final, TypeAlias, TypeVar

import attrs

from trio_live._typing import Json, Seconds
from trio_live.errors import StateError
from trio_live.state._delta import Change
from trio_live.state._journal import Entry, Journal, Mutation, MutationOrigin, mutation_of
from trio_live.state._sinks import JournalSink
from trio_live.state._values import Absent

Clock: TypeAlias = Callable[[], Seconds]
"""The wall clock: seconds since the epoch."""

REDACTED: Final = "[redacted]"
"""What stands in the place of a redacted value."""

UNJOURNALED_KEYS: Final = frozenset({"session:silence_ms", "session:elapsed_ms", "session:remaining_budget_ms"})
"""Timing keys rewritten about every 100 ms. In the journal they would push everything else out within half a minute."""

T = TypeVar("T")
U = TypeVar("U")

_logger = logging.getLogger(__name__)


class Core:
    """The shared part. Everything here is called with ``lock`` held."""

    __slots__ = ("_running", "clock", "committed", "journal", "lock", "redact_keys", "sink_errors", "sinks")

    def __init__(
        self, committed: dict[str, Json], clock: Clock | None, sinks: Iterable[JournalSink], redact_keys: Iterable[str]
    ) -> None:
        self.committed = committed
        self.clock = clock
        self.sinks = tuple(sinks)
        self.redact_keys = frozenset(redact_keys)
        self.journal = Journal()
        self.lock = RLock()
        self.sink_errors = 0
        self._running = ""

    def begin_write(self, key: str) -> Seconds | None:
        """Ask for leave to write, before anything changes; returns the stamp for the records of this write.

        Raises:
            StateError: of kind ``reentrant``, from inside ``modify`` or a sink.
        """
        if self._running:
            raise StateError(key, "reentrant", f"written from inside {self._running}; that write would be lost")
        return self.clock() if self.clock is not None else None

    def run_alone(self, what: str, function: Callable[[T], U], argument: T) -> U:
        """Call a function that must not write to this State."""
        outer, self._running = self._running, what
        try:
            return function(argument)
        finally:
            self._running = outer

    def record(self, change: Change, origin: MutationOrigin, stamp: Seconds | None, *, delta: bool = False) -> None:
        """Put one change on record, after it happened."""
        if change[0] in UNJOURNALED_KEYS:
            return
        entry = self.journal.append(change, origin, stamp, delta=delta)
        for sink in self.sinks:
            self._run_sink(sink, lambda sink: sink.record(self._outgoing(entry)))

    def masked(self, key: str, value: T) -> T | str:
        """The value, or `REDACTED` if the key is listed. What is absent stays absent."""
        return REDACTED if key in self.redact_keys and not isinstance(value, Absent) else value

    def flush_sinks(self) -> None:
        """Flush every sink, also when one of them fails."""
        for sink in self.sinks:
            self._run_sink(sink, lambda sink: sink.flush())

    def _outgoing(self, entry: Entry) -> Mutation:
        mutation = mutation_of(entry)
        if mutation.key not in self.redact_keys:
            return mutation
        old, new = (self.masked(mutation.key, side) for side in (mutation.old, mutation.new))
        return attrs.evolve(mutation, old=old, new=new)

    def _run_sink(self, sink: JournalSink, call: Callable[[JournalSink], None]) -> None:
        try:
            self.run_alone("a journal sink", call, sink)
        except Exception:  # a broken sink must not break the write, and is seen in the count
            self.sink_errors += 1
            if self.sink_errors == 1:
                _logger.exception("journal sink %r failed; further failures are only counted", sink)
