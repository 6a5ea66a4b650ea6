"""Publishing to any number of readers, none of which can slow the publisher.

Not a memory channel: cloned receivers compete for items, and a channel cannot drop its oldest. Each reader has a ring
of its own. A reader that has read everything sleeps until the next event; sound, which comes all the time, may let it
sleep until more has come (`SOON`). Two readers side by side::

    async with handle.events() as stream:      every event from now on, in order;
        async for event in stream: …           a reader that falls 4096 behind loses the oldest, and
                                               stream.lagged says how many
    on_audio=play                              sees every event, but must return within a millisecond
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Final, Generic, TypeVar

import trio

from trio_live._typing import Seconds
from trio_live.lanes._nap import Nap

SOON: Final[Seconds] = 0.02
"""So much later than at once a reader sees sound at most. It is woken this far apart at least, for sound alone."""

T = TypeVar("T")


class LiveEventStream(Generic[T]):
    """An independent subscription; iterate it once, from one task.

    Use it as an async context manager: leaving the block ends the subscription. It sees what is published from its
    creation on, in order, and ends after the session's last event.
    """

    def __init__(
        self, capacity: int, unsubscribe: Callable[[LiveEventStream[T]], None], on_lag: Callable[[], None]
    ) -> None:
        self._ring: deque[T] = deque()
        self._capacity = capacity
        self._nap = Nap(SOON)
        self._closed = False
        self._unsubscribe = unsubscribe
        self._on_lag = on_lag
        self.lagged = 0
        """Events this reader lost because it was too slow."""

    def __aiter__(self) -> LiveEventStream[T]:
        return self

    async def __anext__(self) -> T:
        """The next event.

        Cancellation: nothing is lost; the next call returns what this one would have.
        """
        # A burst costs one wake-up: what is here already is handed out with a check for cancellation only.
        if self._ring:
            await trio.lowlevel.checkpoint_if_cancelled()
            return self._ring.popleft()
        await trio.lowlevel.checkpoint_if_cancelled()
        while not self._ring:
            if self._closed:
                await trio.lowlevel.cancel_shielded_checkpoint()
                raise StopAsyncIteration
            await self._nap.sleep()
        return self._ring.popleft()

    async def __aenter__(self) -> LiveEventStream[T]:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the subscription. What was published before can still be read."""
        self._unsubscribe(self)
        self._finish()

    def _finish(self) -> None:
        self._closed = True
        self._nap.end()

    def _push(self, event: T) -> None:
        self._add(event)
        self._nap.end()

    def _push_soon(self, event: T) -> None:
        self._add(event)
        if len(self._ring) * 2 >= self._capacity:
            self._nap.end()
        elif self._nap.is_undisturbed:
            self._nap.end_soon()

    def _add(self, event: T) -> None:
        ring = self._ring
        if len(ring) >= self._capacity:
            ring.popleft()
            self.lagged += 1
            self._on_lag()
        ring.append(event)


class Fanout(Generic[T]):
    """The publisher's side."""

    def __init__(self, capacity: int, on_lag: Callable[[], None]) -> None:
        self._capacity = capacity
        self._on_lag = on_lag
        self.readers: list[LiveEventStream[T]] = []
        """Empty when nobody listens: then building the event can be saved too."""
        self._closed = False

    def subscribe(self) -> LiveEventStream[T]:
        """A new reader; it ends at once when the session has ended."""
        stream = LiveEventStream[T](self._capacity, self._remove, self._on_lag)
        if self._closed:
            stream.close()
        else:
            self.readers.append(stream)
        return stream

    def publish(self, event: T) -> None:
        """Hand ``event`` to every reader. Never waits."""
        for reader in self.readers:
            reader._push(event)  # noqa: SLF001  # two halves of one mechanism

    def publish_soon(self, event: T) -> None:
        """As `publish`; but a reader that sleeps may sleep on for `SOON`, so that it wakes once for several events."""
        for reader in self.readers:
            reader._push_soon(event)  # noqa: SLF001  # two halves of one mechanism

    def close(self) -> None:
        """Let every reader read what it has, and end."""
        self._closed = True
        for reader in self.readers:
            reader._finish()  # noqa: SLF001  # two halves of one mechanism
        self.readers = []

    def _remove(self, reader: LiveEventStream[T]) -> None:
        if reader in self.readers:
            self.readers = [other for other in self.readers if other is not reader]
