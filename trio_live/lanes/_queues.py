"""How long each queue of a session is, and what happens when it is full.

Nothing here is endless, and nothing is dropped in silence: every drop is counted in the session's telemetry.
"""

from __future__ import annotations

import enum
from typing import Final, TypeVar

import trio

from trio_live._values import value

T = TypeVar("T")


class Overflow(enum.Enum):
    """What a full queue does."""

    WAIT = "wait"
    """Whoever adds to it waits. Nothing is lost; the wait is the back-pressure."""
    EMPTY = "be emptied"
    """Whoever adds to it does the work that waits, which is short and has nothing to wait for. Nothing is lost."""
    DROP_OLDEST = "drop the oldest"
    """The oldest item goes, and is counted. Whoever adds to it never waits."""


@value
class Queue:
    """One row of `QUEUES`."""

    capacity: int
    overflow: Overflow
    why: str

    def room_that(self, overflow: Overflow) -> int:
        """The capacity, for the mechanism that does ``overflow`` when it is full.

        Raises:
            RuntimeError: the table says that another one is wanted.
        """
        if self.overflow is not overflow:
            raise RuntimeError(f"a queue that is to {self.overflow.value!r} cannot be made to {overflow.value!r}")
        return self.capacity


QUEUES: Final[dict[str, Queue]] = {
    "outbound": Queue(256, Overflow.WAIT, "five seconds of microphone frames; a sender waits for a slow network"),
    "fast": Queue(512, Overflow.WAIT, "its callbacks are short; it also holds audio while on_interrupted runs"),
    "control": Queue(512, Overflow.WAIT, "a control event is never lost; 64 was once too few and made audio stutter"),
    "telemetry": Queue(
        512, Overflow.EMPTY, "sound wakes nobody until half of it is full; then the lane wakes and counts"
    ),
    "events": Queue(4096, Overflow.DROP_OLDEST, "a slow reader of handle.events() must not slow the session"),
    "subscribe": Queue(512, Overflow.DROP_OLDEST, "a slow reader of handle.subscribe() must not slow the session"),
}
"""Every queue of a session."""

FAIRNESS: Final = 64
"""Items a lane handles without giving other tasks a turn: a burst of one session must not stall another."""


async def next_burst(queue: trio.MemoryReceiveChannel[T]) -> list[T]:
    """Wait for an item and return it with what else is there, up to `FAIRNESS` items.

    Raises:
        trio.EndOfChannel: the queue is empty and nothing more will come.

    Cancellation: nothing is lost; the next call returns what this one would have.
    """
    items = [await queue.receive()]
    try:
        while len(items) < FAIRNESS:
            items.append(queue.receive_nowait())
    except (trio.WouldBlock, trio.EndOfChannel):
        pass
    return items
