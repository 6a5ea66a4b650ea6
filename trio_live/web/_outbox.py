"""What waits to be sent to one page. Bounded: of too much sound the oldest is dropped, and too many messages end it.

Order is kept, but for an interruption: it takes the sound that waits out of the queue, so that no page is sent what it would
have to throw away.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.web._messages import write_message, write_sound
from trio_live.web._site import PageClose
from trio_live.web._sound import MOST_HELD
from trio_live.wire import AUDIO_OUTPUT_RATE

MOST_MESSAGES: Final = 1024
"""So many may wait beside the sound."""
MOST_SOUND_BYTES: Final = int(MOST_HELD * 2 * AUDIO_OUTPUT_RATE)
READ_WITHIN: Final[Seconds] = 10.0
"""A page that takes nothing for so long is given up."""


@value
class Farewell:
    """The last thing in a queue: how the socket is to be closed."""

    code: PageClose
    reason: str


class Outbox:
    """One page's queue."""

    def __init__(self) -> None:
        self._waiting: deque[str | bytes] = deque()
        self._sound_bytes = 0
        self._messages = 0
        self._farewell: Farewell | None = None
        self._lot = trio.lowlevel.ParkingLot()
        self.dropped = 0
        """Pieces of sound that were given up, because too much waited."""
        self.closed = trio.Event()
        """The page got everything, or is gone."""

    def say(self, message: str) -> None:
        """Put a message; with too many waiting, the page is given up."""
        if self._farewell is not None:
            return
        self._waiting.append(message)
        self._messages += 1
        self._lot.unpark_all()
        if self._messages > MOST_MESSAGES:
            self.close(PageClose.UNREAD, f"the page did not read {MOST_MESSAGES} messages", at_once=True)

    def play(self, epoch: int, pcm: bytes) -> None:
        """Put sound; of too much, the oldest is dropped."""
        if self._farewell is not None or not pcm:
            return
        self._waiting.append(write_sound(epoch, pcm))
        self._sound_bytes += len(self._waiting[-1])
        while self._sound_bytes > MOST_SOUND_BYTES:
            self._drop_oldest_sound()
        self._lot.unpark_all()

    def flush(self, epoch: int) -> None:
        """The model was interrupted: take out the sound that waits, and tell the page that an epoch begins."""
        self._waiting = deque(each for each in self._waiting if isinstance(each, str))
        self._sound_bytes = 0
        self.say(write_message("flush", epoch=epoch))

    def close(self, code: PageClose, reason: str, *, at_once: bool = False) -> None:
        """Close the socket when everything is sent, or without that. The first one counts."""
        if at_once:
            self._waiting.clear()
        if self._farewell is None:
            self._farewell = Farewell(code, reason)
        self._lot.unpark_all()

    async def next(self) -> str | bytes | Farewell:
        """What is to be sent next. After a `Farewell` there is nothing.

        Cancellation: nothing is lost.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        while not self._waiting:
            if self._farewell is not None:
                return self._farewell
            await self._lot.park()
        found = self._waiting.popleft()
        if isinstance(found, str):
            self._messages -= 1
        else:
            self._sound_bytes -= len(found)
        return found

    def _drop_oldest_sound(self) -> None:
        for number, each in enumerate(self._waiting):
            if isinstance(each, bytes):
                del self._waiting[number]
                self._sound_bytes -= len(each)
                self.dropped += 1
                return
