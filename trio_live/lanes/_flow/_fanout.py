"""Publishing to any number of readers, none of which can slow the publisher.

Not a memory channel: cloned receivers compete for items, and a channel cannot drop its oldest. Each reader has a ring
of its own. A reader that has read everything sleeps until the next event; what comes before its turn is read with it.
Two readers side by side::

    async with handle.events() as stream:      every event from now on, in order;
        async for event in stream: …           a reader that falls 4096 behind loses the oldest, and
                                               stream.lagged says how many
    on_audio=play                              sees every event, but must return within a millisecond

A reader is kept by whoever reads, and by nobody else. ``async for event in handle.events(): … break`` leaves no block,
so nothing says that it is over; but then nobody holds the stream any more, and it is forgotten with the next event.

Sleeping is the scheduler's bare wait, without a cancel scope or a timer. To let sound wait for more sound was tried: at
the pace of a call the timer cost three times the wake-up that it saved.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar
from weakref import ReferenceType, ref

import trio

from trio_live.lanes._flow._queues import Overflow, Queue
from trio_live.lanes._flow._weights import weigh

T = TypeVar("T")


class LiveEventStream(Generic[T]):
    """An independent subscription; iterate it once, from one task.

    Use it as an async context manager: leaving the block ends the subscription. So does letting go of it. It sees what is
    published from its creation on, in order, and ends after the session's last event.

    Args:
        row: says how many events wait for a slow reader, and of how many bytes; the oldest are dropped.
        unsubscribe: called with the stream when its reader wants no more.
        on_lag: called for each event that is dropped.
    """

    def __init__(
        self, row: Queue, unsubscribe: Callable[[LiveEventStream[T]], None], on_lag: Callable[[], None]
    ) -> None:
        self._ring: deque[T] = deque()
        self._capacity = row.room_that(Overflow.DROP_OLDEST)
        self._most_bytes = row.bytes_of_peer
        self._pushed_bytes = 0
        """Of what was pushed while something waited already, since the ring was last weighed."""
        self._sleeper: trio.lowlevel.Task | None = None
        self._closed = False
        self._unsubscribe = unsubscribe
        self._on_lag = on_lag
        self.lagged = 0
        """Events this reader lost because it was too slow."""

    def __aiter__(self) -> LiveEventStream[T]:
        return self

    async def __anext__(self) -> T:
        """The next event.

        Raises:
            trio.BusyResourceError: another task waits for it already.

        Cancellation: nothing is lost; the next call returns what this one would have.
        """
        ring = self._ring
        if ring:  # a burst costs one wake-up: what is here already is handed out with a check for cancellation only
            await trio.lowlevel.checkpoint_if_cancelled()
            return ring.popleft()
        if self._closed:
            await trio.lowlevel.checkpoint()
        while not ring:
            if self._closed:
                raise StopAsyncIteration
            if self._sleeper is not None:
                raise trio.BusyResourceError("a stream of events is for one task; subscribe once more for another")
            self._sleeper = trio.lowlevel.current_task()
            await trio.lowlevel.wait_task_rescheduled(self._give_up)
        return ring.popleft()

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

    def _give_up(self, _: Any) -> trio.lowlevel.Abort:
        self._sleeper = None
        return trio.lowlevel.Abort.SUCCEEDED

    def _wake(self) -> None:
        sleeper, self._sleeper = self._sleeper, None
        if sleeper is not None:
            trio.lowlevel.reschedule(sleeper)

    def _finish(self) -> None:
        self._closed = True
        self._wake()

    def _push(self, event: T, size: int) -> None:
        ring = self._ring
        if ring:  # a reader that keeps up pays nothing for this
            self._pushed_bytes += size or weigh(event)
            if len(ring) >= self._capacity:
                self._drop_oldest()
            if self._pushed_bytes > self._most_bytes:
                self._lighten()
        ring.append(event)
        if self._sleeper is not None:
            self._wake()

    def _lighten(self) -> None:
        """Weigh what waits, and drop half of it if that is too much: so it is weighed again only after as much more."""
        weight = sum(map(weigh, self._ring))
        while len(self._ring) > 1 and weight > self._most_bytes // 2:
            weight -= weigh(self._ring[0])
            self._drop_oldest()
        self._pushed_bytes = weight

    def _drop_oldest(self) -> None:
        self._ring.popleft()
        self.lagged += 1
        self._on_lag()


class Fanout(Generic[T]):
    """The publisher's side.

    Args:
        row: how much may wait for each reader.
        on_lag: called for each event that a reader loses.
        hide: makes of an event what may be told of it; ``None``: all of it.
    """

    def __init__(self, row: Queue, on_lag: Callable[[], None], hide: Callable[[T], T] | None = None) -> None:
        row.room_that(Overflow.DROP_OLDEST)
        self._row = row
        self._on_lag = on_lag
        self._hide = hide
        self.readers: list[ReferenceType[LiveEventStream[T]]] = []
        """Empty when nobody listens: then building the event can be saved too."""
        self._closed = False

    def subscribe(self) -> LiveEventStream[T]:
        """A new reader; it ends at once when the session has ended."""
        stream = LiveEventStream[T](self._row, self._remove, self._on_lag)
        if self._closed:
            stream.close()
        else:
            self.readers.append(ref(stream))
        return stream

    @property
    def depth(self) -> int:
        """What waits for the slowest reader."""
        streams = [stream for reader in self.readers if (stream := reader()) is not None]
        return max((len(stream._ring) for stream in streams), default=0)  # noqa: SLF001  # two halves of one mechanism

    def publish(self, event: T, size: int = 0) -> None:
        """Hand ``event`` to every reader. Never waits.

        Args:
            event: to be told of.
            size: the bytes of it, where they are known.
        """
        if self._hide is not None and self.readers:
            event = self._hide(event)
        for reader in self.readers:
            stream = reader()
            if stream is None:
                self._remove(None)
            else:
                stream._push(event, size)  # noqa: SLF001  # two halves of one mechanism

    def close(self) -> None:
        """Let every reader read what it has, and end."""
        self._closed = True
        for reader in self.readers:
            stream = reader()
            if stream is not None:
                stream._finish()  # noqa: SLF001  # two halves of one mechanism
        self.readers = []

    def _remove(self, reader: LiveEventStream[T] | None) -> None:
        """Forget a reader, and those that nobody holds any more."""
        self.readers = [other for other in self.readers if other() not in (reader, None)]
