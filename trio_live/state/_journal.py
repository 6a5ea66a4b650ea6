"""The record of what changed: a ring of mutations, for diagnosis, and the sinks where it goes on.

Nothing that decides may depend on it: the ring forgets, an application may drain it, and it holds the writes of
delta views that were rolled back later. Watchers compare values instead.

Strategy: every write appends, hardly anybody reads; so a row is a bare tuple that shares its values with the store,
and becomes a `Mutation` with values of its own on the way out.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from threading import RLock
from typing import Final, TypeAlias, TypeVar

import attrs

from trio_live._typing import Json, Seconds
from trio_live.redaction import Redaction
from trio_live.state._conversion import Absent, json_size
from trio_live.state._late import LateKeys
from trio_live.state._mutation import JournalGap, Mutation, MutationOrigin, Row, mutation_of
from trio_live.state._sinks import JournalSink

CAPACITY: Final = 1024
"""How many mutations are remembered."""

MOST_BYTES: Final = 8 * 1024 * 1024
"""Of their values, about: one large key that is written again and again must not be kept a thousand times. The newest
mutation is remembered whatever its size."""

REDACTED: Final = "[redacted]"
"""What stands in the place of a redacted value."""

UNJOURNALED_KEYS: Final = frozenset({"session:silence_ms", "session:elapsed_ms", "session:remaining_budget_ms"})
"""Timing keys rewritten about every 100 ms. In the journal they would push everything else out within half a minute."""

Clock: TypeAlias = Callable[[], Seconds]
"""The wall clock: seconds since the epoch."""

_LARGE: Final = frozenset({str, list, dict})
"""What is measured; all else is as small as `_SMALL` bytes."""
_SMALL: Final = json_size(0)

T = TypeVar("T")
U = TypeVar("U")

_logger = logging.getLogger(__name__)


class Journal:
    """One journal, shared by a State and its delta views.

    Args:
        clock: stamps what is written; ``None`` stamps nothing.
        sinks: each receives every mutation.
        redact_keys: keys whose values leave the session masked.
    """

    __slots__ = (
        "_bytes",
        "_ring",
        "clock",
        "last_sequence",
        "late",
        "lock",
        "redact_keys",
        "redaction",
        "running",
        "sink_errors",
        "sinks",
    )

    last_sequence: int
    """The sequence assigned last; 0 before the first."""

    def __init__(
        self, clock: Clock | None = None, sinks: Iterable[JournalSink] = (), redact_keys: Iterable[str] = ()
    ) -> None:
        self.lock = RLock()
        """The one lock of a State and its views; whoever calls a method here holds it, but for `flush`."""
        self.running = ""
        """What runs under the lock and must not write: a sink, a function given to ``modify``; empty: nothing."""
        self.late = LateKeys(lambda: not self.running)
        """Keys that are written when they are looked at."""
        self.clock = clock
        self.sinks = tuple(sinks)
        self.redact_keys = frozenset(redact_keys)
        self.redaction: Redaction | None = None
        """What is hidden in values besides; a session gives it the one of its own."""
        self.sink_errors = 0
        self.last_sequence = 0
        self._ring: deque[Row] = deque()
        self._bytes = 0

    def append(
        self,
        key: str,
        old: Json | Absent,
        new: Json | Absent,
        origin: MutationOrigin,
        stamp: Seconds | None,
        *,
        delta: bool,
    ) -> None:
        """Add one change under the next sequence, and hand it to the sinks. `UNJOURNALED_KEYS` leave no trace."""
        if key in UNJOURNALED_KEYS:
            return
        self.last_sequence += 1
        size = json_size(new) if type(new) in _LARGE else _SMALL
        row = (self.last_sequence, key, old, new, origin, stamp, delta, size)
        self._keep(row, size)
        for sink in self.sinks:
            self._run(sink, lambda sink: sink.record(self._outgoing(row)))

    def _keep(self, row: Row, size: int) -> None:
        """Remember a row. What it replaces was the new value of an earlier one, and is not counted again."""
        self._ring.append(row)
        self._bytes += size
        while len(self._ring) > CAPACITY or (self._bytes > MOST_BYTES and len(self._ring) > 1):
            self._bytes -= self._ring.popleft()[-1]

    def masked(self, key: str, value: T) -> T | str:
        """The value as it may leave: `REDACTED` if the key is listed. What is absent stays absent."""
        if isinstance(value, Absent):
            return value
        if key in self.redact_keys:
            return REDACTED
        hidden: T = value if self.redaction is None else self.redaction.json(value)
        return hidden

    def flush(self) -> None:
        """Flush every sink, also when one of them fails."""
        with self.lock:
            for sink in self.sinks:
                self._run(sink, lambda sink: sink.flush())

    def run_alone(self, what: str, function: Callable[[T], U], argument: T) -> U:
        """Call a function that must not write."""
        outer, self.running = self.running, what
        try:
            return function(argument)
        finally:
            self.running = outer

    def recent(self) -> list[Mutation]:
        """All that is remembered, oldest first."""
        return [mutation_of(row) for row in self._ring]

    def newest(self, key: str) -> Mutation | None:
        """The newest record of one key, as far as it is remembered."""
        for row in reversed(self._ring):
            if row[1] == key:
                return mutation_of(row)
        return None

    def since(self, cursor: int) -> list[Mutation]:
        """What is remembered of the mutations with a sequence greater than ``cursor``."""
        # Sequences have no holes, so the position of a record follows from its number.
        first = max(0, cursor - self._forgotten)
        return [mutation_of(row) for row in islice(self._ring, first, None)]

    def gap_since(self, cursor: int) -> JournalGap | None:
        """What `since` would leave out unsaid; ``None`` when it is complete."""
        dropped = self._forgotten - max(cursor, 0)
        return JournalGap(cursor, dropped, self._forgotten + 1) if dropped > 0 else None

    def drain(self) -> list[Mutation]:
        """All that is remembered, oldest first; forgotten afterwards. Sequences go on."""
        drained = self.recent()
        self._ring.clear()
        self._bytes = 0
        return drained

    @property
    def _forgotten(self) -> int:
        return self.last_sequence - len(self._ring)

    def _outgoing(self, row: Row) -> Mutation:
        mutation = mutation_of(row)
        if mutation.key not in self.redact_keys and self.redaction is None:
            return mutation
        old, new = (self.masked(mutation.key, side) for side in (mutation.old, mutation.new))
        return attrs.evolve(mutation, old=old, new=new)

    def _run(self, sink: JournalSink, call: Callable[[JournalSink], None]) -> None:
        try:
            self.run_alone("a journal sink", call, sink)
        except Exception:  # a broken sink must not break the write, and is seen in the count
            self.sink_errors += 1
            if self.sink_errors == 1:
                _logger.exception("journal sink %r failed; further failures are only counted", sink)
