"""Committed entries, what one view wants to change about them, and the one lock around both.

The law of this file: for every key, reading through the pending operations gives what the committed entries will
give right after they were applied. It follows from two decisions. Writes and removals concern exactly one key. The
fallback to ``derived:`` belongs to reading alone, and a pending removal hides the exact key only, so a computed value
shows through it just as it will after the commit.

Strategy: every operation holds one re-entrant lock for its whole length. On Trio's thread alone it would not be
needed, since no operation contains a checkpoint; but tools run in worker threads (``trio.to_thread``), and a tenth of
a microsecond buys them the same promise instead of an exception. No operation waits for anything else while it holds
the lock, so it cannot deadlock; user functions that run under it (``modify``, sinks, clocks) may read, and get a
`StateError` when they write.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final

from trio_live._typing import Json, Seconds
from trio_live.errors import StateError
from trio_live.state._conversion import ABSENT, Absent, json_changes
from trio_live.state._journal import Journal
from trio_live.state._mutation import MutationOrigin
from trio_live.state._owners import Owners

DERIVED: Final = "derived:"
"""Where computed values live; keys without any colon are looked up there when they hold nothing themselves."""


class Entries:
    """The entries as one view sees them. Values are handed out and taken in as they are: copying is the caller's.

    Args:
        committed: what it holds at first; it belongs to this object from here on.
        journal: what every change is written to.
        pending: what waits for `commit`, in a view; `ABSENT` removes.
        owners: who may write what; ``None`` for a State of its own.
        is_owner: whether whoever claimed keys writes through these.
    """

    __slots__ = ("_committed", "_is_owner", "_pending", "journal", "late", "lock", "owners")

    def __init__(
        self,
        committed: MutableMapping[str, Json],
        journal: Journal,
        pending: dict[str, Json | Absent] | None = None,
        owners: Owners | None = None,
        *,
        is_owner: bool = False,
    ) -> None:
        self._committed = committed
        self._pending = pending
        self.owners = owners or Owners()
        self._is_owner = is_owner
        self.journal = journal
        self.late = journal.late
        self.lock = journal.lock
        """Held by every operation; whoever needs several of them at one instant holds it around them."""

    def view(self) -> Entries:
        """The same entries, seen through pending operations of their own."""
        return Entries(self._committed, self.journal, {}, self.owners, is_owner=self._is_owner)

    def as_owner(self) -> Entries:
        """These very entries, for whoever has claimed keys and writes them."""
        return Entries(self._committed, self.journal, self._pending, self.owners, is_owner=True)

    @property
    def is_view(self) -> bool:
        """Whether writes wait here for `commit`."""
        return self._pending is not None

    # Reading.

    def exact(self, key: str) -> Json | Absent:
        """What exactly this key holds."""
        self._look_at(key)
        with self.lock:
            return self._exact(key)

    def _look_at(self, key: str) -> None:
        """Somebody is about to see what a key holds, or to write it."""
        if key in self.late.keys:
            self.late.write()

    def _exact(self, key: str) -> Json | Absent:
        if self._pending is not None and key in self._pending:
            return self._pending[key]
        return self._committed.get(key, ABSENT)

    def read(self, key: str) -> Json | Absent:
        """The read path: the key itself, else, for a key without colon, the computed value of that name."""
        if key in self.late.keys:
            self.late.write()
        with self.lock:
            value = self._exact(key)
            return self._exact(DERIVED + key) if value is ABSENT and ":" not in key else value

    def read_all(self, keys: Iterable[str]) -> dict[str, Json]:
        """As `read`, for several keys at one instant; those that hold nothing are left out."""
        with self.lock:
            found = {key: self.read(key) for key in keys}
        return {key: value for key, value in found.items() if value is not ABSENT}

    def keys(self) -> list[str]:
        """The keys that hold something, committed ones first, each group in order of arrival."""
        self.late.write()
        return self._keys()

    def _keys(self) -> list[str]:
        with self.lock:
            committed, pending = self._committed, self._pending
            if not pending:
                return list(committed)
            kept = [key for key in committed if pending.get(key) is not ABSENT]
            return kept + [key for key, new in pending.items() if new is not ABSENT and key not in committed]

    def committed(self) -> dict[str, Json]:
        """The committed entries, in a dictionary of the caller's own."""
        self.late.write()
        with self.lock:
            return dict(self._committed)

    def pending(self) -> dict[str, Json | Absent]:
        """What waits for `commit`; empty where nothing does."""
        with self.lock:
            return dict(self._pending or {})

    # Writing: each asks for leave before anything changes, and puts every change on record after it happened.

    def put(self, key: str, new: Json | Absent, origin: MutationOrigin) -> Json | Absent:
        """Change one key, or remove it with `ABSENT`; returns what was there.

        Raises:
            StateError: ``reentrant``, from inside a function given to ``modify``, or a sink; ``owned``, a running
                session writes the key itself.
        """
        self._refuse_owned(key)
        self._look_at(key)
        with self.lock:
            return self._put(key, new, origin, self._leave(key))

    def update(self, values: Mapping[str, Any]) -> list[str]:
        """Change at one instant those keys that hold something else; returns which.

        Args:
            values: as they come from outside, where `ABSENT` removes; checked and copied here.

        Raises:
            StateError: as `put`, and as ``json_copy``; nothing has changed then.
        """
        self._refuse_owned(*values)
        self._look_at_all(values)
        with self.lock:
            changes = json_changes(
                ChainMap(self._pending, self._committed) if self._pending else self._committed, values
            )
            stamp = self._leave("", stamped=bool(changes))
            for key, new in changes.items():
                self._put(key, new, MutationOrigin.REMOVE if new is ABSENT else MutationOrigin.SET, stamp)
        return list(changes)

    def _look_at_all(self, keys: Iterable[str]) -> None:
        if not self.late.keys.isdisjoint(keys):
            self.late.write()

    def put_all(self, entries: Mapping[str, Json], origin: MutationOrigin) -> None:
        """Put several values at one instant, in their order. Errors as `put`."""
        self._refuse_owned(*entries)
        self._look_at_all(entries)
        with self.lock:
            stamp = self._leave("")
            for key, new in entries.items():
                self._put(key, new, origin, stamp)

    def put_committed(self, entries: Mapping[str, Json]) -> None:
        """Put values past what a view has pending, all of them before the first is on record. Errors as `put`."""
        self._refuse_owned(*entries)
        self._look_at_all(entries)
        with self.lock:
            self._apply(entries, MutationOrigin.SET_COMMITTED, self._leave(""))

    def alter(self, key: str, function: Callable[[Json | Absent], Json]) -> Json:
        """Put what ``function`` makes of what exactly this key holds, in one step; returns that.

        Raises:
            StateError: as `put`; ``reentrant`` also when ``function`` writes.
        """
        self._refuse_owned(key)
        self._look_at(key)
        with self.lock:
            stamp = self._leave(key)
            new = self.journal.run_alone("a function given to modify", function, self._exact(key))
            self._put(key, new, MutationOrigin.SET, stamp)
        return new

    def rename(self, old_key: str, new_key: str) -> bool:
        """Move a value to another key; returns whether there was one. Errors as `put`."""
        self._refuse_owned(old_key, new_key)
        self._look_at_all((old_key, new_key))
        with self.lock:
            stamp, value = self._leave(old_key), self._exact(old_key)
            if value is not ABSENT and old_key != new_key:
                self._put(old_key, ABSENT, MutationOrigin.REMOVE, stamp)
                self._put(new_key, value, MutationOrigin.SET, stamp)
        return value is not ABSENT

    def clear_prefix(self, prefix: str) -> None:
        """Remove every key that starts with ``prefix``. Errors as `put`."""
        if not self._is_owner:
            self.owners.refuse_prefix(prefix)
        if self.late.may_begin(prefix):
            self.late.write()
        with self.lock:
            cleared = [key for key in self._keys() if key.startswith(prefix)]
            stamp = self._leave(prefix, stamped=bool(cleared))
            for key in cleared:
                self._put(key, ABSENT, MutationOrigin.CLEAR_PREFIX, stamp)

    def commit(self) -> None:
        """Apply what is pending, all at once; nothing is pending afterwards. Errors as `put`."""
        self._look_at_all(self._pending or ())
        with self.lock:
            if self._pending:
                stamp, committed = self._leave(next(iter(self._pending))), self._committed
                # Removing what is not there changes nothing: another view may have been first.
                changes = {key: new for key, new in self._pending.items() if new is not ABSENT or key in committed}
                self._pending.clear()
                self._apply(changes, MutationOrigin.COMMIT, stamp)

    def rollback(self) -> None:
        """Forget what is pending. Errors as `put`."""
        with self.lock:
            if self._pending:
                self._leave(next(iter(self._pending)))
                self._pending.clear()

    def _refuse_owned(self, *keys: str) -> None:
        if self.owners.keys and not self._is_owner:
            self.owners.refuse(keys)

    def _leave(self, key: str, *, stamped: bool = True) -> Seconds | None:
        """Leave to write, before anything changes: the stamp for everything this operation puts on record."""
        running, clock = self.journal.running, self.journal.clock
        if running:
            raise StateError(key, "reentrant", f"written from inside {running}; that write would be lost")
        return clock() if stamped and clock is not None else None

    def write(self, key: str, new: Json | Absent) -> None:
        """Change what one key holds here, and nothing else: for whoever has asked for leave and keeps the record."""
        if self._pending is not None:
            self._pending[key] = new
        elif new is ABSENT:
            del self._committed[key]
        else:
            self._committed[key] = new

    def _put(self, key: str, new: Json | Absent, origin: MutationOrigin, stamp: Seconds | None) -> Json | Absent:
        """Change one key here and put it on record, unless it is a removal of nothing; returns what was there."""
        committed, pending = self._committed, self._pending
        old = committed.get(key, ABSENT) if pending is None or key not in pending else pending[key]
        if new is ABSENT and old is ABSENT:
            return ABSENT
        self.write(key, new)
        self.journal.append(key, old, new, origin, stamp, delta=pending is not None)
        return old

    def _apply(self, entries: Mapping[str, Json | Absent], origin: MutationOrigin, stamp: Seconds | None) -> None:
        """Bring changes to the committed entries, then put them on record: a sink sees what all of them made."""
        committed, before = self._committed, {}
        for key, new in entries.items():
            before[key] = committed.get(key, ABSENT)
            if new is ABSENT:
                committed.pop(key, None)
            else:
                committed[key] = new
        for key, new in entries.items():
            self.journal.append(key, before[key], new, origin, stamp, delta=False)
