"""State: one store of JSON values per session, shared by everybody who takes part in it.

Callbacks, tools, extractors, guards, computed variables, watchers and background agents all hold the same State, so
a write by one is visible to all at once. Every operation is a plain function without a checkpoint, hence atomic for
Trio; one lock makes it atomic for worker threads as well (see `_entries`). Values cross its border by copy.

This file is that border: what comes in is checked and copied, what goes out is copied. What a key holds, for whom,
and what is put on record is the business of `Entries`.

`turn:` keys deserve a warning. They are cleared when a turn completes, before extractors and guards run. What a tool
writes there *during* the turn is gone by then; what an extractor or hook writes in one turn's pipeline lives until
the next turn's pipeline starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar, overload

from trio_live._typing import Json, JsonObject
from trio_live.errors import ConfigError
from trio_live.state._conversion import (
    ABSENT,
    Absent,
    check_key,
    copy_out,
    json_copy,
    json_entries,
    json_entry,
    json_equal,
    json_kind,
    plain,
)
from trio_live.state._entries import Entries
from trio_live.state._evidence import META, Evidence, weigh
from trio_live.state._journal import REDACTED, Clock, Journal
from trio_live.state._journal_access import JournalAccess
from trio_live.state._keys import StateKey
from trio_live.state._mutation import MutationOrigin
from trio_live.state._reads import Reads
from trio_live.state._scopes import ScopeAccessor
from trio_live.state._sinks import JournalSink

T = TypeVar("T")
D = TypeVar("D")


class State(Reads, JournalAccess):
    """The shared key-value store of a session.

    Keys are strings, by convention with a prefix that says whose they are (see ``SCOPES``); values are JSON. The read
    path, the same for every method that takes a key: the key itself; else, for a key without any colon, the computed
    value ``derived:{key}``; else absent.

    A *delta view* (`with_delta_tracking`, `transaction`) is a State over the same entries whose writes wait for
    `commit`. Journal, evidence, clock, sinks and redaction are one set for a State and all its delta views.

    Args:
        entries: What it holds at first; not journaled.
        clock: The wall clock that stamps mutations, in seconds since the epoch. Without one they carry no stamp.
        sinks: Each receives every mutation; see `JournalSink`.
        redact_keys: Keys whose values are masked in sinks, in redacted snapshots and by `redacted`.

    Raises:
        StateError: of kind ``serialize``, when an entry is not JSON.
    """

    __slots__ = ("_entries", "_owner")

    session: Final = ScopeAccessor("session")
    turn: Final = ScopeAccessor("turn")
    app: Final = ScopeAccessor("app")
    user: Final = ScopeAccessor("user")
    bg: Final = ScopeAccessor("bg")
    temp: Final = ScopeAccessor("temp")
    derived: Final = ScopeAccessor("derived")

    def __init__(
        self,
        entries: Mapping[str, Json] | None = None,
        *,
        clock: Clock | None = None,
        sinks: Iterable[JournalSink] = (),
        redact_keys: Iterable[str] = (),
    ) -> None:
        self._open(Entries(json_entries(entries or {}), Journal(clock, sinks, redact_keys)))

    def _open(self, entries: Entries) -> None:
        super().__init__(entries.read)
        self._owner: State | None = None
        """The same State in the hands of whoever owns its claimed keys; made when it is first asked for."""
        self._entries = entries

    def __repr__(self) -> str:
        pending = f", {len(self._entries.pending())} pending" if self._entries.is_view else ""
        return f"<State of {len(self._entries.committed())} keys{pending}>"

    # Reading, besides what `Reads` and `JournalAccess` offer. Nothing here changes entries, journal or sequence.

    @property
    def _journal(self) -> Journal:
        return self._entries.journal

    @overload
    def get_key(self, key: StateKey[T]) -> T | None: ...
    @overload
    def get_key(self, key: StateKey[T], default: D) -> T | D: ...
    def get_key(self, key: StateKey[Any], default: Any = None) -> Any:
        """As `get`, with the type of the key and the same ``default``."""
        return self.get(key.name, default, type=key.type)

    @overload
    def try_get_key(self, key: StateKey[T]) -> T | None: ...
    @overload
    def try_get_key(self, key: StateKey[T], default: D) -> T | D: ...
    def try_get_key(self, key: StateKey[Any], default: Any = None) -> Any:
        """As `try_get`, with the type of the key and the same ``default``."""
        return self.try_get(key.name, default, type=key.type)

    def with_key(self, key: StateKey[T], function: Callable[[T], D]) -> D | None:
        """As `with_`, whose ``function`` gets the type of the key: also ``None`` when the value is of another type."""
        value = self.get(key.name, ABSENT, type=key.type)
        return None if value is ABSENT else function(value)

    def keys(self) -> list[str]:
        """The keys that hold something, this view's pending writes included; computed values under their full key."""
        return self._entries.keys()

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def to_dict(self, *, redacted: bool = False) -> JsonObject:
        """The committed entries, for persistence; what a delta view has pending is not among them.

        Args:
            redacted: Mask the values of `redact_keys`. ``State.from_dict`` skips masked values.
        """
        entries = self._entries.committed()
        return {key: copy_out(self.redacted(key, value) if redacted else value) for key, value in entries.items()}

    def snapshot_values(self, keys: Iterable[str]) -> JsonObject:
        """The present values of those keys that can be read; to be compared later with `diff_values`."""
        return {key: copy_out(value) for key, value in self._entries.read_all(keys).items()}

    def diff_values(self, previous: Mapping[str, Json], keys: Iterable[str]) -> list[tuple[str, Json, Json]]:
        """What changed since the values of ``previous``: (key, old, new), in the order of ``keys``.

        An absent side is given as ``None``; a change between absent and ``null`` is a change all the same.
        """
        with self._entries.lock:
            pairs = [(key, previous.get(key, ABSENT), self._lookup(key)) for key in keys]
        return [(key, _or_none(old), _or_none(new)) for key, old, new in pairs if not json_equal(old, new)]

    def evidence(self, key: str) -> Evidence:
        """What the key holds, where that came from (``state_meta:{key}``) and its newest mutation."""
        with self._entries.lock:
            return weigh(key, self._lookup(key), self._lookup(META + key), self._entries.journal.newest(key))

    def pick(self, keys: Iterable[str]) -> State:
        """A new State of its own with the present values of those keys that can be read, under the names given.

        It shares nothing with this one: its journal is empty and it has no sinks.
        """
        return State(self.snapshot_values(keys), clock=self.clock, redact_keys=self.redact_keys)

    # Writing. Each checks and copies first; a refused write did nothing.

    def set(self, key: str, value: Json) -> None:
        """Put a value.

        Raises:
            StateError: ``serialize``, the value is not JSON; ``reentrant``, called from inside `modify` or a sink;
                ``owned``, a running session writes this key itself.
        """
        self._entries.put(*json_entry(key, value), MutationOrigin.SET)

    def update(self, values: Mapping[str, Json | Absent]) -> list[str]:
        """Put many values at once, where they differ from what exactly these keys hold; `ABSENT` removes.

        Returns:
            The keys that changed, in order. What did not change left no record.

        Raises:
            StateError: as `set`; nothing has changed then.
        """
        return self._entries.update(values)

    def set_key(self, key: StateKey[T], value: T) -> None:
        """As `set` with a ``value`` of the key's type; attrs classes, dataclasses, enums and tuples are stored the way ``get_key`` reads them back."""
        self.set(key.name, plain(value))

    def set_committed(self, key: str, value: Json) -> None:
        """As `set` of a ``value``, past a delta view, whose own pending operation for the key (if any) keeps hiding it there."""
        self._entries.put_committed(json_entries({key: value}))

    def modify(self, key: str, default: Json, function: Callable[[Any], Json]) -> Json:
        """Read, change and write back in one step, so that no update between is lost.

        Args:
            key: Exactly this key; a computed value of that name is not looked at.
            default: Used when the key is absent or holds another JSON type than the default's (an int passes for a
                float; with ``None`` anything passes).
            function: Gets a copy of the value, returns the new one. Not async. It may read this State but not write
                to it; if it raises, nothing changes.

        Returns:
            The new value.

        Raises:
            StateError: ``serialize``, default or result are not JSON; ``reentrant``, ``function`` wrote to this State.
        """
        name, fallback = json_entry(key, default)
        return copy_out(
            self._entries.alter(name, lambda value: json_copy(function(_fitting(value, fallback)), key=name))
        )

    def remove(self, key: str) -> Json:
        """Remove exactly this key and return what it held; ``None``, and no record, when it held nothing."""
        return _or_none(self._entries.put(key, ABSENT, MutationOrigin.REMOVE))

    def clear_prefix(self, prefix: str) -> None:
        """Remove every key that starts with ``prefix``, which is plain text: give it with its colon."""
        self._entries.clear_prefix(prefix)

    def merge(self, other: State) -> None:
        """Copy the committed entries of another State into this one; where both have a key, the other wins."""
        self._entries.put_all(other.to_dict(), MutationOrigin.SET)

    def rename(self, old_key: str, new_key: str) -> bool:
        """Move what ``old_key`` holds to ``new_key``, over whatever that held. Returns whether there was something to move."""
        return self._entries.rename(old_key, check_key(new_key))

    def from_dict(self, entries: Mapping[str, Json]) -> None:
        """Put many committed entries at once, all or (when one is not JSON) none; other keys stay.

        A masked value of one of `redact_keys` is left out: the mask is not the value it once replaced.
        """
        hidden = self.redact_keys
        checked = json_entries(entries)
        self._entries.put_committed(
            {key: value for key, value in checked.items() if key not in hidden or value != REDACTED}
        )

    def __setitem__(self, key: str, value: Json) -> None:
        self.set(key, value)

    def __delitem__(self, key: str) -> None:
        if self._entries.put(key, ABSENT, MutationOrigin.REMOVE) is ABSENT:
            raise KeyError(key)

    # Delta views.

    def with_delta_tracking(self) -> State:
        """A view over the same entries and journal whose writes wait for `commit`.

        Sibling views do not see each other's pending writes; for each key, the last to commit wins.

        Raises:
            ConfigError: This is a delta view already. Views do not nest.
        """
        if self.is_tracking_delta():
            raise ConfigError("a delta view cannot be taken from a delta view; take it from the State below")
        view = State.__new__(State)
        view._open(self._entries.view())  # noqa: SLF001  # another object of this very class
        return view

    @contextmanager
    def transaction(self) -> Iterator[State]:
        """A delta view that is committed when the block ends, and rolled back when it ends by any exception.

        Cancellation is one. Others see nothing of the writes until the end, and then all of them at once.

        Raises:
            ConfigError: This is a delta view already.
        """
        view = self.with_delta_tracking()
        try:
            yield view
        except BaseException:
            view.rollback()
            raise
        view.commit()

    def commit(self) -> None:
        """Apply what is pending, all at once; nothing is pending afterwards. Without anything pending, do nothing."""
        self._entries.commit()

    def rollback(self) -> None:
        """Forget what is pending."""
        self._entries.rollback()

    def is_tracking_delta(self) -> bool:
        """Whether this is a delta view."""
        return self._entries.is_view

    def has_delta(self) -> bool:
        """Whether anything is pending."""
        return bool(self._entries.pending())

    def delta(self) -> JsonObject:
        """The values pending; pending removals are not among them."""
        return {key: copy_out(value) for key, value in self._entries.pending().items() if value is not ABSENT}


def _or_none(value: Json | Absent) -> Json:
    return None if value is ABSENT else copy_out(value)


def _fitting(value: Json | Absent, default: Json) -> Json:
    """A copy of the value if it is of the default's type, else of the default."""
    if value is not ABSENT:
        if default is None or json_kind(value) is json_kind(default):
            return copy_out(value)
        if type(default) is float and type(value) is int:
            return float(value)
    return copy_out(default)
