"""Prefixes with a meaning, and accessors that write them for you: ``state.app["name"]``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, Self, overload

from trio_live._typing import Json
from trio_live._values import value
from trio_live.errors import StateError
from trio_live.state._conversion import ABSENT
from trio_live.state._entries import DERIVED
from trio_live.state._reads import Reads

if TYPE_CHECKING:
    from trio_live.state._store import State


@value
class ScopeRule:
    """One row of `SCOPES`."""

    prefix: str
    writer: str
    """Who is expected to write here. The store itself refuses only keys that a running session writes."""
    lifetime: str
    read_only: bool = False
    """The accessor refuses to write."""


SCOPES: Final[dict[str, ScopeRule]] = {
    "session": ScopeRule("session:", "the runtime: signals and the phase machine", "the session"),
    "turn": ScopeRule("turn:", "anyone", "cleared at the start of each turn's pipeline, before extractors and guards"),
    "app": ScopeRule("app:", "the application", "the session"),
    "user": ScopeRule("user:", "the application", "the session"),
    "bg": ScopeRule("bg:", "background tools", "the session"),
    "temp": ScopeRule("temp:", "anyone", "until removed"),
    "derived": ScopeRule(DERIVED, "the computed registry", "recomputed each turn", read_only=True),
}
"""The scopes that have an accessor on State, by its name."""


class Scope(Reads):
    """The keys of one State handle that start with one prefix, without that prefix.

    Reads and writes go straight to the handle it was taken from, a delta view included, and mean what the methods
    of the same name there mean. Calling it returns it: ``state.app()`` is ``state.app``.
    """

    __slots__ = ("_rule", "_state")

    def __init__(self, state: State, rule: ScopeRule) -> None:
        super().__init__(lambda name: state.get_raw(rule.prefix + name, ABSENT), rule.prefix)
        self._state = state
        self._rule = rule

    def __call__(self) -> Self:
        return self

    def __repr__(self) -> str:
        return f"<Scope {self._rule.prefix!r} of {self._state!r}>"

    def keys(self) -> list[str]:
        """The names in this scope, without the prefix."""
        prefix = self._rule.prefix
        return [key.removeprefix(prefix) for key in self._state if key.startswith(prefix)]

    def set(self, name: str, value: Json) -> None:
        """Put a value under a name, which is the key without the prefix."""
        self._state.set(self._writable(name), value)

    def modify(self, name: str, default: Json, function: Callable[[Any], Json]) -> Json:
        """Read, change and write back in one step; returns the new value.

        Args:
            name: the key without the prefix.
            default: used when there is no value, or one of another JSON type.
            function: gets a copy of the value, returns the new one. Not async.
        """
        return self._state.modify(self._writable(name), default, function)

    def remove(self, name: str) -> Json:
        """Remove the value under a name and return it; ``None`` when there is none."""
        return self._state.remove(self._writable(name))

    def clear(self) -> None:
        """Remove every key of this scope."""
        self._state.clear_prefix(self._writable(""))

    def __setitem__(self, name: str, value: Json) -> None:
        self._state[self._writable(name)] = value

    def __delitem__(self, name: str) -> None:
        del self._state[self._writable(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def _writable(self, name: str) -> str:
        key = self._rule.prefix + name
        if self._rule.read_only:
            raise StateError(key, "read_only", f"{self._rule.writer} alone writes here")
        return key


class ScopeAccessor:
    """Puts a scope on a class: reading the attribute gives the scope of that very handle."""

    def __init__(self, name: str) -> None:
        self._rule = SCOPES[name]
        self.__doc__ = f"``{self._rule.prefix}`` Written by {self._rule.writer}. Lifetime: {self._rule.lifetime}."

    @overload
    def __get__(self, state: None, owner: type) -> Self: ...
    @overload
    def __get__(self, state: State, owner: type) -> Scope: ...
    def __get__(self, state: State | None, owner: type) -> Self | Scope:
        return self if state is None else Scope(state, self._rule)
