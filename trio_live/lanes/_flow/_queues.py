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
    DROP_NEWEST = "drop the newest"
    """What would be added goes, and is counted. Whoever adds to it never waits."""
    DROP_OLDEST = "drop the oldest"
    """The oldest item goes, and is counted. Whoever adds to it never waits."""


@value
class Queue:
    """One row of `QUEUES`."""

    capacity: int
    overflow: Overflow
    why: str
    most_bytes: int | None
    """Of what a peer has sent; it does ``overflow`` then, too. One item that is larger may wait alone. ``None``: what waits
    is this program's own."""

    @property
    def bytes_of_peer(self) -> int:
        """`most_bytes`, of a queue that has them."""
        if self.most_bytes is None:
            raise RuntimeError("this queue holds nothing that a peer has sent")
        return self.most_bytes

    def room_that(self, overflow: Overflow) -> int:
        """The capacity, for the mechanism that does ``overflow`` when it is full.

        Raises:
            RuntimeError: the table says that another one is wanted.
        """
        if self.overflow is not overflow:
            raise RuntimeError(f"a queue that is to {self.overflow.value!r} cannot be made to {overflow.value!r}")
        return self.capacity


_MIB: Final = 1024 * 1024

QUEUES: Final[dict[str, Queue]] = {
    "outbound": Queue(256, Overflow.WAIT, "five seconds of microphone frames; a sender waits for a slow network", None),
    "fast": Queue(512, Overflow.WAIT, "its callbacks are short; it holds sound while on_interrupted runs", 8 * _MIB),
    "control": Queue(
        512, Overflow.WAIT, "a control event is never lost; 64 was too few, and sound stuttered", 8 * _MIB
    ),
    "telemetry": Queue(
        512, Overflow.EMPTY, "sound wakes nobody until half of it is full; then it is counted", 2 * _MIB
    ),
    "events": Queue(4096, Overflow.DROP_OLDEST, "a slow reader of events() must not slow the session", 16 * _MIB),
    "subscribe": Queue(512, Overflow.DROP_OLDEST, "nor must a slow reader of subscribe()", 8 * _MIB),
    "user input": Queue(
        512, Overflow.DROP_OLDEST, "ten seconds of sound; no tool that listens slows who speaks", 8 * _MIB
    ),
    "reactions": Queue(
        64, Overflow.DROP_NEWEST, "what rules want done about the server's reports of speech; a few a minute", None
    ),
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
