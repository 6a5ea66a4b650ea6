"""Keys that a running session writes itself, and nobody else while it runs.

A guard that reads ``session:turn_count`` relies on the session's own count. A tool that wrote there would be believed,
and overwritten at the next turn, and neither would show. So a session claims its keys, and a write by anybody else is
refused where it is made. Before a session and after it they are keys like any other: a test sets them, a restored State
brings them along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trio_live.errors import StateError

_WHY = (
    "a running session writes this key itself, so nothing else may; "
    "keep a value of your own under a prefix of your own, such as app:"
)


class Owners:
    """The claims on one State and its views."""

    __slots__ = ("_claims", "keys")

    def __init__(self) -> None:
        self._claims: tuple[frozenset[str], ...] = ()
        self.keys: frozenset[str] = frozenset()
        """All keys that are claimed."""

    def claim(self, keys: Iterable[str]) -> Callable[[], None]:
        """Keep others from writing these keys; returns what ends that. Several sessions may claim the same keys."""
        mine = frozenset(keys)
        self._set((*self._claims, mine))
        return lambda: self._set(tuple(other for other in self._claims if other is not mine))

    def _set(self, claims: tuple[frozenset[str], ...]) -> None:
        self._claims = claims
        self.keys = claims[0] if len(claims) == 1 else frozenset().union(*claims)  # one is shared by all sessions

    def refuse(self, keys: Iterable[str]) -> None:
        """Refuse to write these keys, if one of them is claimed.

        Raises:
            StateError: of kind ``owned``.
        """
        for key in keys:
            if key in self.keys:
                raise StateError(key, "owned", _WHY)

    def refuse_prefix(self, prefix: str) -> None:
        """Refuse to clear a prefix under which keys are claimed. Errors as `refuse`."""
        self.refuse(sorted(key for key in self.keys if key.startswith(prefix)))
