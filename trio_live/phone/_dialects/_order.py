"""Sound that may come out of order, put into order: waits for what is late, and not for long."""

from __future__ import annotations

from typing import Final

MOST_AHEAD: Final = 5
"""So many pieces wait for one that is late: 100 ms of them."""


class Order:
    """Puts numbered pieces into order."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._early: dict[int, bytes] = {}
        self.late = 0
        """Pieces that came when others had gone on without them."""
        self.missed = 0
        """Numbers that were given up."""

    def take(self, number: int, piece: bytes) -> list[bytes]:
        """A piece has come.

        Returns:
            Those whose turn it is, in order.
        """
        if self._next is None:
            self._next = number
        if number < self._next or number in self._early:
            self.late += 1
            return []
        self._early[number] = piece
        if self._next not in self._early and len(self._early) > MOST_AHEAD:
            first = min(self._early)
            self.missed += first - self._next
            self._next = first
        ready = []
        while self._next in self._early:
            ready.append(self._early.pop(self._next))
            self._next += 1
        return ready
