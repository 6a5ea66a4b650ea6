"""Not saying again what was said the turn before.

The server cannot take a context turn back, so a line repeated each turn piles up in its history, and stale orders
come to outvote the live one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from trio_live._values import value
from trio_live.wire import Content, Part

_Key: TypeAlias = tuple[str | None, ...]


@value
class StandingContext:
    """The text-only context turns that stood in the previous turn, whether they were sent then or before.

    A turn that left the set and comes back is said again; one with anything but text in it is never held back.
    """

    _keys: frozenset[_Key] = frozenset()

    def without_repeats(self, batch: Iterable[Content]) -> tuple[Content, ...]:
        """The turns that are to be sent."""
        return tuple(content for content in batch if _key(content) not in self._keys)

    @classmethod
    def of(cls, batch: Iterable[Content]) -> StandingContext:
        """What stands after a turn whose whole batch, repeats included, was this."""
        return cls(frozenset(key for content in batch if (key := _key(content)) is not None))


def _key(content: Content) -> _Key | None:
    """Role and texts of a text-only turn; ``None`` for any other."""
    parts = content.parts or ()
    if not parts or any(part.text is None or part != Part(text=part.text) for part in parts):
        return None
    return (content.role, *(part.text for part in parts))
