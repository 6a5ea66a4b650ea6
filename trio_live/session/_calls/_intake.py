"""Calls on their way in: put together from their pieces, and no more of them than there is room for. Pure."""

from __future__ import annotations

from collections.abc import Callable

from trio_live.session._calls._streamed import StreamedCalls, size_of
from trio_live.wire import LIMITS, FunctionCall


class Intake:
    """What a server has begun to ask, and what it asked beyond the limits.

    Args:
        is_news: whether nobody knows an id yet.
    """

    def __init__(self, is_news: Callable[[str | None], bool]) -> None:
        self._is_news = is_news
        self.streamed = StreamedCalls()
        """Calls of which pieces have come."""
        self.open_count = self.open_size = 0
        """Of the calls that are open, and bytes of their arguments; kept by the ledger."""
        self.exceeded: list[str] = []
        """The limits that were met, once for each call or cancellation that was left out; until `take_exceeded`."""

    def opened(self, size: int, count: int = 1) -> None:
        """Calls were opened, or closed: so many, of so many bytes."""
        self.open_count += count
        self.open_size += size

    def take_exceeded(self) -> list[str]:
        """The limits that were met since this was last asked."""
        met, self.exceeded = self.exceeded, []
        return met

    def completed(self, piece: FunctionCall) -> FunctionCall | None:
        """The call, once its last piece is there."""
        if self.streamed.is_whole(piece):
            return piece
        key = self.streamed.key_of(piece)
        if not self._is_news(key):
            return None
        if not self.has_room(size_of(piece)):
            self.streamed.drop(key)
            return None
        return self.streamed.add(piece)

    def has_room(self, size: int) -> bool:
        """Whether one call more, or a piece of one, can be kept; that it cannot is told by `take_exceeded`."""
        if self.open_count + len(self.streamed) >= LIMITS["open"].most:
            self.exceeded.append("open")
        elif self.open_size + self.streamed.size + size > LIMITS["arguments"].most:
            self.exceeded.append("arguments")
        else:
            return True
        return False
