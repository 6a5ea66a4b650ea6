"""What a State shows of its journal, given the journal: what changed, and what may leave the session."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from trio_live._typing import Json
from trio_live.redaction import Redaction
from trio_live.state._journal import Clock, Journal
from trio_live.state._mutation import JournalGap, Mutation
from trio_live.state._sinks import JournalSink


class JournalAccess(ABC):
    """Journal, clock, sinks and redaction; one set of them for a State and all its delta views."""

    __slots__ = ()

    @property
    @abstractmethod
    def _journal(self) -> Journal:
        """The journal that is shown."""

    def recent_mutations(self) -> list[Mutation]:
        """What the journal remembers, oldest first."""
        self._journal.late.write()
        with self._journal.lock:
            return self._journal.recent()

    def mutation_cursor(self) -> int:
        """The sequence assigned last; 0 when nothing changed yet."""
        self._journal.late.write()
        with self._journal.lock:
            return self._journal.last_sequence

    def mutations_since(self, cursor: int) -> list[Mutation]:
        """What the journal remembers of the changes after ``cursor``. Silent about what it forgot."""
        self._journal.late.write()
        with self._journal.lock:
            return self._journal.since(cursor)

    def try_mutations_since(self, cursor: int) -> list[Mutation] | JournalGap:
        """All changes after ``cursor``; a `JournalGap` instead when some of them are forgotten."""
        self._journal.late.write()
        with self._journal.lock:
            return self._journal.gap_since(cursor) or self._journal.since(cursor)

    def drain_mutations(self) -> list[Mutation]:
        """What the journal remembers, oldest first, and forget it. Other readers of the journal lose it too."""
        self._journal.late.write()
        with self._journal.lock:
            return self._journal.drain()

    def redacted(self, key: str, value: Json) -> Json:
        """The value as it may leave the session: masked when the key is one of `redact_keys`, and by its `redaction`."""
        return self._journal.masked(key, value)

    @property
    def clock(self) -> Clock | None:
        """The wall clock that stamps mutations. Replace it to make a replay carry the original times."""
        return self._journal.clock

    @clock.setter
    def clock(self, clock: Clock | None) -> None:
        self._journal.clock = clock

    @property
    def redaction(self) -> Redaction | None:
        """What is hidden in values on their way out, besides `redact_keys`: the policy of the session that has this State."""
        return self._journal.redaction

    @redaction.setter
    def redaction(self, redaction: Redaction | None) -> None:
        self._journal.redaction = redaction

    @property
    def redact_keys(self) -> frozenset[str]:
        """Keys whose values are masked on their way out of the session; here they keep their real value."""
        return self._journal.redact_keys

    @redact_keys.setter
    def redact_keys(self, keys: Iterable[str]) -> None:
        self._journal.redact_keys = frozenset(keys)

    def add_sink(self, sink: JournalSink) -> None:
        """Let a sink receive every mutation from now on."""
        with self._journal.lock:
            self._journal.sinks += (sink,)

    def flush_sinks(self) -> None:
        """Flush every sink. Failures are logged and counted, not raised."""
        self._journal.flush()

    @property
    def sink_errors(self) -> int:
        """How many times a sink failed."""
        return self._journal.sink_errors
