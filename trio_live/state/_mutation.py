"""One change of one key, as it is remembered and as it is told."""

from __future__ import annotations

from enum import StrEnum, auto
from typing import TypeAlias

from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live.state._conversion import ABSENT, Absent, copy_out


class MutationOrigin(StrEnum):
    """The operation that made a mutation."""

    SET = auto()
    SET_COMMITTED = auto()
    REMOVE = auto()
    CLEAR_PREFIX = auto()
    COMMIT = auto()


@value
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
        """The reverse of `to_json`: the mutation of a record.

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


@value
class JournalGap:
    """Some of the mutations asked for are gone: evicted by newer ones, or drained."""

    cursor: int
    """The cursor that was asked about."""
    dropped: int
    """How many mutations after it are gone."""
    oldest_sequence: int
    """The sequence of the oldest mutation still there; of the next one to come when there is none."""


Row: TypeAlias = tuple[int, str, Json | Absent, Json | Absent, MutationOrigin, Seconds | None, bool, int]
"""The fields of a `Mutation`, its values shared with the store; and the bytes of the new value."""


def mutation_of(row: Row) -> Mutation:
    """The record with values of its own."""
    sequence, key, old, new, origin, timestamp, delta, _ = row
    return Mutation(sequence, key, copy_out(old), copy_out(new), origin, timestamp, delta)
