"""The record of what changed: a ring of mutations, for diagnosis.

Nothing that decides may depend on it: the ring forgets, an application may drain it, and it holds the writes of
delta views that were rolled back later. Watchers compare values instead.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum, auto
from itertools import islice
from typing import Final, TypeAlias

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.state._delta import Change
from trio_live.state._values import ABSENT, Absent, copy_out

CAPACITY: Final = 1024
"""How many mutations are remembered."""


class MutationOrigin(StrEnum):
    """The operation that made a mutation."""

    SET = auto()
    SET_COMMITTED = auto()
    REMOVE = auto()
    CLEAR_PREFIX = auto()
    COMMIT = auto()


@attrs.frozen
class Mutation:
    """One change of one key."""

    sequence: int
    """From 1, without holes, shared by a State and all its delta views."""
    key: str
    old: Json | Absent
    """What exactly this key held before; a computed value behind it does not count."""
    new: Json | Absent
    origin: MutationOrigin
    timestamp: Seconds | None
    """Wall clock, seconds since the epoch; ``None`` when the State has no clock."""
    delta: bool
    """A delta view's pending write. If it is committed, a second record with ``delta=False`` follows."""

    def to_json(self) -> JsonObject:
        """The journal file's spelling: an absent side is left out, which null is not; time in epoch milliseconds."""
        return {
            "sequence": self.sequence,
            "key": self.key,
            **({} if self.old is ABSENT else {"old": self.old}),
            **({} if self.new is ABSENT else {"new": self.new}),
            "origin": str(self.origin),
            "timestamp_ms": None if self.timestamp is None else round(self.timestamp * 1000),
            "delta": self.delta,
        }

    @classmethod
    def from_json(cls, record: JsonObject) -> Mutation:
        """The reverse of `to_json`.

        Raises:
            KeyError: A field is missing.
            ValueError: The origin is unknown.
        """
        milliseconds = record["timestamp_ms"]
        return cls(
            sequence=record["sequence"],
            key=record["key"],
            old=record.get("old", ABSENT),
            new=record.get("new", ABSENT),
            origin=MutationOrigin(record["origin"]),
            timestamp=None if milliseconds is None else milliseconds / 1000,
            delta=record["delta"],
        )


@attrs.frozen
class JournalGap:
    """Some of the mutations asked for are gone: evicted by newer ones, or drained."""

    cursor: int
    """The cursor that was asked about."""
    dropped: int
    """How many mutations after it are gone."""
    oldest_sequence: int
    """The sequence of the oldest mutation still there; of the next one to come when there is none."""


Entry: TypeAlias = tuple[int, str, Json | Absent, Json | Absent, MutationOrigin, Seconds | None, bool]
"""The fields of a `Mutation`, its values shared with the store."""


class Journal:
    """The ring. It shares values with the store and copies them only when somebody looks.

    Strategy: every write appends, hardly anybody reads; so an entry is a bare tuple, and becomes a `Mutation` with
    values of its own on the way out.
    """

    __slots__ = ("_ring", "last_sequence")

    last_sequence: int
    """The sequence assigned last; 0 before the first."""

    def __init__(self) -> None:
        self._ring: deque[Entry] = deque(maxlen=CAPACITY)
        self.last_sequence = 0

    def append(self, change: Change, origin: MutationOrigin, timestamp: Seconds | None, *, delta: bool) -> Entry:
        """Add one record under the next sequence, and return it."""
        key, old, new = change
        self.last_sequence += 1
        entry = (self.last_sequence, key, old, new, origin, timestamp, delta)
        self._ring.append(entry)
        return entry

    def recent(self) -> list[Mutation]:
        """All that is remembered, oldest first."""
        return [mutation_of(entry) for entry in self._ring]

    def newest(self, key: str) -> Mutation | None:
        """The newest record of one key, as far as it is remembered."""
        for entry in reversed(self._ring):
            if entry[1] == key:
                return mutation_of(entry)
        return None

    def since(self, cursor: int) -> list[Mutation]:
        """What is remembered of the mutations with a sequence greater than ``cursor``."""
        # Sequences have no holes, so the position of a record follows from its number.
        first = max(0, cursor - self._forgotten)
        return [mutation_of(entry) for entry in islice(self._ring, first, None)]

    def gap_since(self, cursor: int) -> JournalGap | None:
        """What `since` would leave out unsaid; ``None`` when it is complete."""
        dropped = self._forgotten - max(cursor, 0)
        return JournalGap(cursor, dropped, self._forgotten + 1) if dropped > 0 else None

    def drain(self) -> list[Mutation]:
        """All that is remembered, oldest first; forgotten afterwards. Sequences go on."""
        drained = self.recent()
        self._ring.clear()
        return drained

    @property
    def _forgotten(self) -> int:
        return self.last_sequence - len(self._ring)


def mutation_of(entry: Entry) -> Mutation:
    """The record with values of its own."""
    sequence, key, old, new, origin, timestamp, delta = entry
    return Mutation(sequence, key, copy_out(old), copy_out(new), origin, timestamp, delta)
