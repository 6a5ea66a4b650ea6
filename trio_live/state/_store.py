"""State: one store of JSON values per session, shared by everybody who takes part in it.

Callbacks, tools, extractors, guards, computed variables, watchers and background agents all hold the same State, so
a write by one is visible to all at once. Every operation is a plain function without a checkpoint, hence atomic for
Trio; one lock makes it atomic for worker threads as well (see `_core`). Values cross its border by copy.

`turn:` keys deserve a warning. They are cleared when a turn completes, before extractors and guards run. What a tool
writes there *during* the turn is gone by then; what an extractor or hook writes in one turn's pipeline lives until
the next turn's pipeline starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from trio_live._typing import Json, JsonObject, Seconds
from trio_live.errors import ConfigError
from trio_live.state._convert import plain
from trio_live.state._core import REDACTED, Clock, Core
from trio_live.state._delta import Layers
from trio_live.state._journal import MutationOrigin
from trio_live.state._keys import StateKey
from trio_live.state._reader import StateReader
from trio_live.state._scopes import ScopeAccessor
from trio_live.state._sinks import JournalSink
from trio_live.state._values import ABSENT, Absent, check_key, copy_out, json_copy, json_kind

T = TypeVar("T")


class State(StateReader):
    """The shared key-value store of a session.

    Keys are strings, by convention with a prefix that says whose they are (see ``SCOPES``); values are JSON. A
    *delta view* (`with_delta_tracking`, `transaction`) is a State over the same entries whose writes wait for
    `commit`.

    Args:
        entries: What it holds at first; not journaled.
        clock: The wall clock that stamps mutations, in seconds since the epoch. Without one they carry no stamp.
        sinks: Each receives every mutation; see `JournalSink`.
        redact_keys: Keys whose values are masked in sinks, in redacted snapshots and by `redacted`.

    Raises:
        StateError: of kind ``serialize``, when an entry is not JSON.
    """

    __slots__ = ()

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
        core = Core(_checked_entries(entries or {}), clock, sinks, redact_keys)
        super().__init__(core, Layers(core.committed, None))

    def __repr__(self) -> str:
        pending = f", {len(self._layers.pending)} pending" if self._layers.pending is not None else ""
        return f"<State of {len(self._core.committed)} keys{pending}>"

    # Writing. Each checks and copies first, then takes the lock, then asks for leave: a refused write did nothing.

    def set(self, key: str, value: Json) -> None:
        """Put a value.

        Raises:
            StateError: ``serialize``, the value is not JSON; ``reentrant``, called from inside `modify` or a sink.
        """
        self._write(check_key(key), json_copy(value, key=key), MutationOrigin.SET)

    def set_key(self, key: StateKey[T], value: T) -> None:
        """As `set`; attrs classes, dataclasses, enums and tuples are stored the way ``get_key`` reads them back."""
        self.set(key.name, plain(value))

    def set_committed(self, key: str, value: Json) -> None:
        """As `set`, past a delta view, whose own pending operation for the key (if any) keeps hiding it there."""
        name, stored = check_key(key), json_copy(value, key=key)
        with self._core.lock:
            self._put_committed({name: stored}, self._core.begin_write(name))

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
        name, fallback = check_key(key), json_copy(default, key=key)
        with self._core.lock:
            stamp = self._core.begin_write(name)
            current = _fitting(self._layers.exact(name), fallback)
            stored = json_copy(self._core.run_alone("a function given to modify", function, current), key=name)
            self._record(name, stored, MutationOrigin.SET, stamp)
        return copy_out(stored)

    def remove(self, key: str) -> Json:
        """Remove exactly this key and return what it held; ``None``, and no record, when it held nothing."""
        removed = self._write(key, ABSENT, MutationOrigin.REMOVE)
        return None if removed is ABSENT else copy_out(removed)

    def clear_prefix(self, prefix: str) -> None:
        """Remove every key that starts with ``prefix``, which is plain text: give it with its colon."""
        with self._core.lock:
            stamp = self._core.begin_write(prefix)
            for key in list(self):
                if key.startswith(prefix):
                    self._record(key, ABSENT, MutationOrigin.CLEAR_PREFIX, stamp)

    def merge(self, other: State) -> None:
        """Copy the committed entries of another State into this one; where both have a key, the other wins."""
        entries = other.to_dict()
        with self._core.lock:
            stamp = self._core.begin_write("")
            for key, value in entries.items():
                self._record(key, value, MutationOrigin.SET, stamp)

    def rename(self, old_key: str, new_key: str) -> bool:
        """Move a value to another key, over whatever that held. Returns whether there was something to move."""
        name = check_key(new_key)
        with self._core.lock:
            stamp, value = self._core.begin_write(old_key), self._layers.exact(old_key)
            if value is ABSENT:
                return False
            if old_key != name:
                self._record(old_key, ABSENT, MutationOrigin.REMOVE, stamp)
                self._record(name, value, MutationOrigin.SET, stamp)
        return True

    def from_dict(self, entries: Mapping[str, Json]) -> None:
        """Put many committed entries at once, all or (when one is not JSON) none; other keys stay.

        A masked value of one of `redact_keys` is left out: the mask is not the value it once replaced.
        """
        checked = _checked_entries(entries)
        hidden = {key for key in self._core.redact_keys if checked.get(key) == REDACTED}
        with self._core.lock:
            stamp = self._core.begin_write("")
            self._put_committed({key: value for key, value in checked.items() if key not in hidden}, stamp)

    def __setitem__(self, key: str, value: Json) -> None:
        self.set(key, value)

    def __delitem__(self, key: str) -> None:
        if self._write(key, ABSENT, MutationOrigin.REMOVE) is ABSENT:
            raise KeyError(key)

    def pick(self, keys: Iterable[str]) -> State:
        """A new State of its own with the present values of those keys that can be read, under the names given.

        It shares nothing with this one: its journal is empty and it has no sinks.
        """
        return State(self.snapshot_values(keys), clock=self._core.clock, redact_keys=self._core.redact_keys)

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
        StateReader.__init__(view, self._core, Layers(self._core.committed, {}))
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
        with self._core.lock:
            if self._layers.pending:
                stamp = self._core.begin_write(next(iter(self._layers.pending)))
                for change in self._layers.apply():
                    self._core.record(change, MutationOrigin.COMMIT, stamp)

    def rollback(self) -> None:
        """Forget what is pending."""
        with self._core.lock:
            if self._layers.pending:
                self._core.begin_write(next(iter(self._layers.pending)))
                self._layers.pending.clear()

    def is_tracking_delta(self) -> bool:
        """Whether this is a delta view."""
        return self._layers.pending is not None

    def has_delta(self) -> bool:
        """Whether anything is pending."""
        return bool(self._layers.pending)

    def delta(self) -> JsonObject:
        """The values pending; pending removals are not among them."""
        with self._core.lock:
            pending = dict(self._layers.pending or {})
        return {key: copy_out(value) for key, value in pending.items() if value is not ABSENT}

    def _write(self, key: str, new: Json | Absent, origin: MutationOrigin) -> Json | Absent:
        with self._core.lock:
            return self._record(key, new, origin, self._core.begin_write(key))

    def _record(self, key: str, new: Json | Absent, origin: MutationOrigin, stamp: Seconds | None) -> Json | Absent:
        """Change one key here and put it on record, unless it is a removal of nothing; returns what was there."""
        layers = self._layers
        if new is ABSENT and layers.exact(key) is ABSENT:
            return ABSENT
        change = layers.write(key, new)
        self._core.record(change, origin, stamp, delta=layers.pending is not None)
        return change[1]

    def _put_committed(self, entries: JsonObject, stamp: Seconds | None) -> None:
        base = Layers(self._core.committed, None)
        for change in [base.write(key, value) for key, value in entries.items()]:
            self._core.record(change, MutationOrigin.SET_COMMITTED, stamp)


def _checked_entries(entries: Mapping[str, Json]) -> JsonObject:
    return {check_key(key): json_copy(value, key=key) for key, value in entries.items()}


def _fitting(value: Json | Absent, default: Json) -> Json:
    """A copy of the value if it is of the default's type, else of the default."""
    if value is not ABSENT:
        if default is None or json_kind(value) is json_kind(default):
            return copy_out(value)
        if type(default) is float and type(value) is int:
            return float(value)
    return copy_out(default)
