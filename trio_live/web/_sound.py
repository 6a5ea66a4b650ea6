"""The model's sound on its way to a page: which epoch it belongs to, and what of it nobody has heard yet.

What was sent is kept until the page says that it was played. A page that is loaded again has lost what waited in it; it gets
the rest from here, and counts on from where the old one stopped.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from trio_live._typing import Seconds
from trio_live.wire import AUDIO_OUTPUT_RATE

MOST_HELD: Final[Seconds] = 120.0
"""So much unheard sound is kept at most; of more, the oldest is given up."""
NEARLY: Final = 20.0
"""Milliseconds: what is still on its way when a page says that it has played everything."""
_BYTES_A_MS: Final = 2 * AUDIO_OUTPUT_RATE / 1000


class PageSound:
    """Counts one call's sound, and holds what was not heard of it."""

    def __init__(self) -> None:
        self.epoch = 0
        """How often something was thrown away."""
        self._heard: float = 0.0
        """Bytes of this epoch that were played, or given up: the held ones follow."""
        self._held: deque[bytes] = deque()
        self._size = 0

    def add(self, pcm: bytes) -> None:
        """Sound of the model has come, PCM16."""
        self._held.append(pcm)
        self._size += len(pcm)
        self._drop(self._size - int(MOST_HELD * 1000 * _BYTES_A_MS))

    def played(self, epoch: int, ms: float) -> bool:
        """A page says how far it is; tells whether that is about this epoch."""
        if epoch != self.epoch:
            return False
        self._drop(int(min(ms * _BYTES_A_MS, self._heard + self._size) - self._heard) & ~1)
        return True

    def is_all(self, ms: float) -> bool:
        """Whether so many milliseconds are nearly all that came of this epoch; more may be on its way."""
        return (self._heard + self._size) / _BYTES_A_MS - ms < NEARLY

    def throw_away(self) -> int:
        """Nobody will hear the rest; returns the epoch that begins."""
        self.epoch += 1
        self._heard, self._size = 0.0, 0
        self._held.clear()
        return self.epoch

    def rest(self) -> tuple[float, bytes]:
        """What was not heard: from which millisecond of the epoch on, and the sound."""
        return self._heard / _BYTES_A_MS, b"".join(self._held)

    def _drop(self, size: int) -> None:
        if size <= 0:
            return
        self._heard += size
        self._size -= size
        while size:
            first = self._held.popleft()
            if len(first) > size:
                self._held.appendleft(first[size:])
                return
            size -= len(first)
