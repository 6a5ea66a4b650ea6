"""The side of State that is about its journal: what changed, who said so, and what may leave the session."""

from __future__ import annotations

from collections.abc import Iterable

from trio_live._typing import Json
from trio_live.state._core import Clock, Core
from trio_live.state._delta import Layers
from trio_live.state._evidence import META, Evidence, weigh
from trio_live.state._journal import JournalGap, Mutation
from trio_live.state._sinks import JournalSink


class Journaled:
    """Journal, evidence, clock, sinks and redaction; one set of them for a State and all its delta views.

    See `State`, which users hold.
    """

    __slots__ = ("_core", "_layers")

    def __init__(self, core: Core, layers: Layers) -> None:
        self._core = core
        self._layers = layers

    def recent_mutations(self) -> list[Mutation]:
        """What the journal remembers, oldest first."""
        with self._core.lock:
            return self._core.journal.recent()

    def mutation_cursor(self) -> int:
        """The sequence assigned last; 0 when nothing changed yet."""
        with self._core.lock:
            return self._core.journal.last_sequence

    def mutations_since(self, cursor: int) -> list[Mutation]:
        """What the journal remembers of the changes after ``cursor``. Silent about what it forgot."""
        with self._core.lock:
            return self._core.journal.since(cursor)

    def try_mutations_since(self, cursor: int) -> list[Mutation] | JournalGap:
        """All changes after ``cursor``; a `JournalGap` instead when some of them are forgotten."""
        with self._core.lock:
            return self._core.journal.gap_since(cursor) or self._core.journal.since(cursor)

    def drain_mutations(self) -> list[Mutation]:
        """What the journal remembers, oldest first, and forget it. Other readers of the journal lose it too."""
        with self._core.lock:
            return self._core.journal.drain()

    def evidence(self, key: str) -> Evidence:
        """What the key holds, where that came from (``state_meta:{key}``) and its newest mutation."""
        with self._core.lock:
            value, meta = self._layers.read(key), self._layers.read(META + key)
            return weigh(key, value, meta, self._core.journal.newest(key))

    def redacted(self, key: str, value: Json) -> Json:
        """The value as it may leave the session: masked when the key is one of `redact_keys`."""
        return self._core.masked(key, value)

    @property
    def clock(self) -> Clock | None:
        """The wall clock that stamps mutations. Replace it to make a replay carry the original times."""
        return self._core.clock

    @clock.setter
    def clock(self, clock: Clock | None) -> None:
        self._core.clock = clock

    @property
    def redact_keys(self) -> frozenset[str]:
        """Keys whose values are masked on their way out of the session; here they keep their real value."""
        return self._core.redact_keys

    @redact_keys.setter
    def redact_keys(self, keys: Iterable[str]) -> None:
        self._core.redact_keys = frozenset(keys)

    def add_sink(self, sink: JournalSink) -> None:
        """Let a sink receive every mutation from now on."""
        with self._core.lock:
            self._core.sinks += (sink,)

    def flush_sinks(self) -> None:
        """Flush every sink. Failures are logged and counted, not raised."""
        with self._core.lock:
            self._core.flush_sinks()

    @property
    def sink_errors(self) -> int:
        """How many times a sink failed."""
        return self._core.sink_errors
