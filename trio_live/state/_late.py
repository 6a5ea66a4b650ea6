"""Keys that somebody writes only when they are looked at.

A session keeps two dozen keys of its own up to date, three of which change with every millisecond. Written at every
event they would cost more than the event does, and hardly anybody reads them. So whoever keeps such keys says which
they are, and is asked to write them just before anybody can see what they hold: a read, a snapshot, a look at the
journal, or a write to one of them. To the reader it makes no difference when they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from threading import get_ident

import attrs


@attrs.frozen(eq=False)
class _Keeper:
    keys: frozenset[str]
    write: Callable[[], None]
    thread: int = attrs.field(factory=get_ident)


class LateKeys:
    """The late keys of one State and its views.

    Args:
        may_write: whether a write would be allowed now; where it is not, the keys are read as they are.
    """

    __slots__ = ("_is_writing", "_keepers", "_may_write", "_scopes", "keys")

    def __init__(self, may_write: Callable[[], bool]) -> None:
        self._may_write = may_write
        self._is_writing = False
        self._keepers: tuple[_Keeper, ...] = ()
        self._scopes: frozenset[str] = frozenset()
        self.keys: frozenset[str] = frozenset()
        """Whoever is about to look at one of them, or to write it, calls `write` before."""

    def keep(self, keys: Iterable[str], write: Callable[[], None]) -> Callable[[], None]:
        """Let ``write`` be called before anybody of this thread looks at one of ``keys``; returns what ends that.

        Another thread reads the keys as they were written last.

        Args:
            keys: whole keys.
            write: writes what has changed. Must not raise.
        """
        keeper = _Keeper(frozenset(keys), write)
        self._set((*self._keepers, keeper))
        return lambda: self._set(tuple(other for other in self._keepers if other is not keeper))

    def _set(self, keepers: tuple[_Keeper, ...]) -> None:
        self._keepers = keepers
        first, *others = [keeper.keys for keeper in keepers] or [frozenset[str]()]
        self.keys = first.union(*others) if others else first  # sessions share theirs
        self._scopes = _scopes_of(self.keys)

    def may_begin(self, prefix: str) -> bool:
        """Whether some of the keys may have a prefix: decided by what stands before their colons, which is quick."""
        return any(scope.startswith(prefix) or prefix.startswith(scope) for scope in self._scopes)

    def write(self) -> None:
        """Have all of them written, if that is possible now."""
        if not self._keepers or self._is_writing or not self._may_write():
            return
        here = get_ident()
        for keeper in self._keepers:
            if keeper.thread == here:
                self._is_writing = True
                try:
                    keeper.write()
                finally:
                    self._is_writing = False


@lru_cache(maxsize=32)
def _scopes_of(keys: frozenset[str]) -> frozenset[str]:
    """What stands before their colons; one set for all sessions of a kind."""
    return frozenset(key.partition(":")[0] + ":" for key in keys)
