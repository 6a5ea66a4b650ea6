"""Branches: a State over another State's entries, for somebody who works on the same facts beside others.

A branch keeps some keys to itself: what it writes there nobody beneath sees, and what stands there beneath it does not
see. Everything else goes through, at once or, where the branch *holds* its writes, when it is committed. Branches stand
on each other to any height, unlike the delta views of the public face: whoever makes one here also ends it.

Private keys leave no trace in the journal, whose readers know nothing of branches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import TypeAlias

from trio_live._typing import Json, Seconds
from trio_live.state._conversion import ABSENT, Absent
from trio_live.state._entries import Entries
from trio_live.state._mutation import MutationOrigin
from trio_live.state._store import State

IsPrivate: TypeAlias = Callable[[str], bool]
"""Whether a branch keeps a key to itself."""


def _nothing(_: str) -> bool:
    return False


class _Through(MutableMapping[str, Json]):
    """The entries beneath as a mapping: private keys are its own, all others are read and written there."""

    __slots__ = ("_beneath", "_is_private", "_own")

    def __init__(self, beneath: Entries, is_private: IsPrivate, own: dict[str, Json]) -> None:
        self._beneath = beneath
        self._is_private = is_private
        self._own = own

    def __getitem__(self, key: str) -> Json:
        if self._is_private(key):
            return self._own[key]
        found = self._beneath.exact(key)
        if found is ABSENT:
            raise KeyError(key)
        return found

    def __setitem__(self, key: str, new: Json) -> None:
        if self._is_private(key):
            self._own[key] = new
        else:
            self._beneath.write(key, new)

    def __delitem__(self, key: str) -> None:
        if self._is_private(key):
            del self._own[key]
        else:
            self._beneath.write(key, ABSENT)

    def __iter__(self) -> Iterator[str]:
        yield from [key for key in self._beneath.keys() if not self._is_private(key)]  # noqa: SIM118  # it is no mapping
        yield from tuple(self._own)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class _BranchEntries(Entries):
    """The entries of a branch."""

    __slots__ = ("_beneath", "_is_private")

    def __init__(self, beneath: Entries, is_private: IsPrivate, own: Mapping[str, Json], *, holds: bool) -> None:
        self._beneath = beneath
        self._is_private = is_private
        super().__init__(
            _Through(beneath, is_private, dict(own)), beneath.journal, {} if holds else None, beneath.owners
        )

    def view(self) -> Entries:
        return _BranchEntries(self, _nothing, {}, holds=True)

    @property
    def is_view(self) -> bool:
        return self._pending is not None or self._beneath.is_view

    def _put(self, key: str, new: Json | Absent, origin: MutationOrigin, stamp: Seconds | None) -> Json | Absent:
        old = self._exact(key)
        if new is not ABSENT or old is not ABSENT:
            self.write(key, new)
            self._record(key, old, new, origin, stamp, delta=self.is_view)
        return old

    def _apply(self, entries: Mapping[str, Json | Absent], origin: MutationOrigin, stamp: Seconds | None) -> None:
        committed = self._committed
        before = {key: committed.get(key, ABSENT) for key in entries}
        for key, new in entries.items():
            if new is not ABSENT:
                committed[key] = new
            elif before[key] is not ABSENT:
                del committed[key]
        for key, new in entries.items():
            self._record(key, before[key], new, origin, stamp, delta=self._beneath.is_view)

    def is_on_record(self, key: str) -> bool:
        """Whether the journal is told of a change here: it reaches the entries at the bottom."""
        below = self._beneath
        return not self._is_private(key) and (not isinstance(below, _BranchEntries) or below.is_on_record(key))

    def _record(
        self,
        key: str,
        old: Json | Absent,
        new: Json | Absent,
        origin: MutationOrigin,
        stamp: Seconds | None,
        *,
        delta: bool,
    ) -> None:
        if self.is_on_record(key):
            self.journal.append(key, old, new, origin, stamp, delta=delta)


def branch(
    state: State, *, is_private: IsPrivate = _nothing, own: Mapping[str, Json] | None = None, holds: bool = False
) -> State:
    """A State over another one.

    Args:
        state: what it stands on; may be a delta view, or a branch.
        is_private: the keys that it keeps to itself.
        own: what it holds of those at first.
        holds: whether its writes wait for ``commit``, and ``rollback`` forgets them.
    """
    made = State.__new__(State)
    made._open(_BranchEntries(state._entries, is_private, own or {}, holds=holds))  # noqa: SLF001  # this room's own
    return made
