"""A flag that tells of itself. Where an event would need a task that waits for it, somebody listens."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager


class Latch:
    """Set once, or again after it was cleared; whoever listens is told at once, and it need not be a task."""

    __slots__ = ("_is_set", "_listener")

    def __init__(self) -> None:
        self._is_set = False
        self._listener: Callable[[], object] | None = None

    def is_set(self) -> bool:
        """Whether it was set, and not cleared since."""
        return self._is_set

    def set(self) -> None:
        """Set it, and tell. Setting it again does nothing."""
        if not self._is_set:
            self._is_set = True
            if self._listener is not None:
                self._listener()

    def clear(self) -> None:
        """Wait for it to be set anew."""
        self._is_set = False

    @contextmanager
    def told(self, listener: Callable[[], object]) -> Generator[None, None, None]:
        """Call ``listener`` when it is set during the block; at once if it is already. One listens at a time."""
        self._listener = listener
        try:
            if self._is_set:
                listener()
            yield
        finally:
            self._listener = None
