"""When the model must not hear its user: silence of the same length is sent then, so that it hears time pass.

A model that finds the end of speech by itself finds it only while more sound comes. So whoever is muted goes on sending.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from trio_live.control._speaking import GREETS, TrackedGreeting

MUTED: Final = ""
"""A user who is muted by his own wish misses nothing."""
HOLDS_FLOOR: Final = "sound while the model holds the floor"
"""Under which is counted what was said into words that must not be interrupted."""


class Hushing:
    """Says why the model must not hear the user of one session now.

    Args:
        greeting: nobody talks it away; ``None`` without one.
        catch_up: lets the greeting see what was routed so far.
    """

    def __init__(self, greeting: TrackedGreeting | None, catch_up: Callable[[], None]) -> None:
        self._greeting = greeting
        self._catch_up = catch_up
        self.is_muted = False
        """The user wishes not to be heard."""
        self.holds_floor: Callable[[], bool] = lambda: False
        """Whether the model speaks words that must not be interrupted."""

    def __call__(self) -> str | None:
        """See `Hush`."""
        if self.is_muted:
            return MUTED
        if self._greeting is not None and self._greeting.hushes(self._catch_up):
            return GREETS
        return HOLDS_FLOOR if self.holds_floor() else None
