"""Committed entries, and what one view wants to change about them.

The law of this file: for every key, reading through the pending operations gives what the committed entries will
give right after they were applied. It follows from two decisions. Writes and removals concern exactly one key. The
fallback to ``derived:`` belongs to reading alone, and a pending removal hides the exact key only, so a computed value
shows through it just as it will after the commit.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from trio_live._typing import Json
from trio_live.state._values import ABSENT, Absent

DERIVED: Final = "derived:"
"""Where computed values live; keys without any colon are looked up there when they hold nothing themselves."""

Change: TypeAlias = tuple[str, Json | Absent, Json | Absent]
"""A key, what it held, and what it holds now."""


class Layers:
    """One dictionary of committed entries with, for a delta view, one of pending operations above it.

    In the pending dictionary `ABSENT` is a tombstone. Values are handed out and taken in as they are: copying,
    locking and the journal are the business of the caller.
    """

    __slots__ = ("committed", "pending")

    def __init__(self, committed: dict[str, Json], pending: dict[str, Json | Absent] | None) -> None:
        self.committed = committed
        self.pending = pending

    def exact(self, key: str) -> Json | Absent:
        """What exactly this key holds."""
        if self.pending is not None and key in self.pending:
            return self.pending[key]
        return self.committed.get(key, ABSENT)

    def read(self, key: str) -> Json | Absent:
        """The read path: the key itself, else, for a key without colon, the computed value of that name."""
        value = self.exact(key)
        if value is ABSENT and ":" not in key:
            return self.exact(DERIVED + key)
        return value

    def keys(self) -> list[str]:
        """The keys that hold something, committed ones first, each group in order of arrival."""
        if not self.pending:
            return list(self.committed)
        kept = [key for key in self.committed if self.pending.get(key) is not ABSENT]
        return kept + [key for key, new in self.pending.items() if new is not ABSENT and key not in self.committed]

    def write(self, key: str, new: Json | Absent) -> Change:
        """Put a value, or remove the key when it is `ABSENT`."""
        old = self.exact(key)
        if self.pending is not None:
            self.pending[key] = new
        elif new is ABSENT:
            self.committed.pop(key, None)
        else:
            self.committed[key] = new
        return key, old, new

    def apply(self) -> list[Change]:
        """Bring the pending operations to the committed entries, all of them; nothing is pending afterwards."""
        pending = self.pending or {}
        base = Layers(self.committed, None)
        # Removing what is not there changes nothing: another view may have been first.
        changes = [base.write(key, new) for key, new in pending.items() if new is not ABSENT or key in self.committed]
        pending.clear()
        return changes
