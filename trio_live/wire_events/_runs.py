"""Sound that has come, without the sound: what is left of it for whoever looks later."""

from __future__ import annotations

from typing import TypeAlias

from trio_live._typing import Seconds
from trio_live.wire_events._events import SessionEvent


class SoundRun:
    """Pieces of the model's sound that followed each other: how long each was, and when it came.

    It grows until somebody looks at it. The sound itself is not kept: for many calls at once, that of the last second
    would be more than a processor's caches hold.
    """

    __slots__ = ("instants", "is_quiet", "sizes")

    def __init__(self) -> None:
        self.sizes: list[int] = []
        """The bytes of each piece."""
        self.instants: list[Seconds] = []
        """When each of them was read."""
        self.is_quiet = True
        """Whether each of them was nearly silent."""


Passed: TypeAlias = SessionEvent | SoundRun
"""What is seen of an event some time after it was routed."""
