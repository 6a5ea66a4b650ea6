"""What a session does with the keys that it writes itself: other rooms' way to what a State keeps to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trio_live.state._sinks import JournalSink
from trio_live.state._store import State


def claim_keys(state: State, keys: Iterable[str]) -> Callable[[], None]:
    """`Owners.claim` for a State: until what is returned is called, only `as_owner` writes ``keys``."""
    return state._entries.owners.claim(keys)  # noqa: SLF001  # this room's own


def as_owner(state: State) -> State:
    """The same State, for whoever has claimed keys in it and writes them. Never for code of the user."""
    own = state._owner  # noqa: SLF001  # as above, and below
    if own is None:
        own = state._owner = State.__new__(State)  # noqa: SLF001
        own._open(state._entries.as_owner())  # noqa: SLF001
    return own


def keep_late(state: State, keys: Iterable[str], write: Callable[[], None]) -> Callable[[], None]:
    """`LateKeys.keep` for a State: ``write`` is called before anybody looks at one of ``keys``."""
    return state._entries.late.keep(keys, write)  # noqa: SLF001  # as above


def tap(state: State, sink: JournalSink) -> Callable[[], None]:
    """Let a sink receive every mutation until what is returned is called."""
    journal = state._journal  # noqa: SLF001  # as above
    state.add_sink(sink)

    def end() -> None:
        with journal.lock:
            journal.sinks = tuple(each for each in journal.sinks if each is not sink)

    return end
