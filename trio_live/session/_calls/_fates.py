"""What is remembered of calls that are not open any more, or never were. Pure."""

from __future__ import annotations

import enum
from typing import Final

REMEMBERED: Final = 1024
"""Ids that are remembered after their call is done. A server repeats itself within seconds, if at all."""


class Fate(enum.Enum):
    """What became of a call that is not open."""

    ANSWERED = "was answered already"
    CANCELLED = "was cancelled, and nobody waits for its answer any more"
    UNKNOWN = "was never asked for"


class CallFates:
    """The newest ids that are done with, and apart from them as many that were cancelled before they were called.

    Apart, so that no flood of those makes an answered id forgotten, and cancelled after all.
    """

    def __init__(self) -> None:
        self._done: dict[str, Fate] = {}
        self._early: dict[str, Fate] = {}

    def of(self, key: str) -> Fate:
        """What became of an id that is not open."""
        return self._done.get(key) or self._early.get(key, Fate.UNKNOWN)

    def done(self, key: str, fate: Fate) -> None:
        """A call was answered or cancelled."""
        _remember(self._done, key, fate)

    def cancelled_early(self, key: str) -> None:
        """An id was cancelled that nobody has called."""
        _remember(self._early, key, Fate.CANCELLED)

    def clear(self) -> None:
        """Any id may mean anything again."""
        self._done.clear()
        self._early.clear()


def _remember(fates: dict[str, Fate], key: str, fate: Fate) -> None:
    fates[key] = fate
    if len(fates) > REMEMBERED:
        del fates[next(iter(fates))]
