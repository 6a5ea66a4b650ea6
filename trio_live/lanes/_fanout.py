"""Publishing to any number of readers, none of which can slow the publisher.

Not a memory channel: cloned receivers compete for items, and a channel cannot drop its oldest. Each reader has a ring
of its own. A reader that has read everything sleeps until the next event; what comes before its turn is read with it.
Two readers side by side::

    async with handle.events() as stream:      every event from now on, in order;
        async for event in stream: …           a reader that falls 4096 behind loses the oldest, and
                                               stream.lagged says how many
    on_audio=play                              sees every event, but must return within a millisecond

Sleeping is the scheduler's bare wait, without a cancel scope or a timer. To let sound wait for more sound was tried: at
the pace of a call the timer cost three times the wake-up that it saved.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

import trio

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
        # A burst costs one wake-up: what is here already is handed out with a check for cancellation only.
        if self._ring:
            await trio.lowlevel.checkpoint_if_cancelled()
            return self._ring.popleft()
        await trio.lowlevel.checkpoint_if_cancelled()
        while not self._ring:
            if self._closed:
                await trio.lowlevel.cancel_shielded_checkpoint()
                raise StopAsyncIteration
            await self._sleep()
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

    async def _sleep(self) -> None:
        if self._sleeper is not None:
            raise trio.BusyResourceError("a stream of events is for one task; subscribe once more for another")
        self._sleeper = trio.lowlevel.current_task()
        await trio.lowlevel.wait_task_rescheduled(self._give_up)

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

    def _push(self, event: T) -> None:
        ring = self._ring
        if len(ring) >= self._capacity:
            ring.popleft()
            self.lagged += 1
            self._on_lag()
        ring.append(event)
        if self._sleeper is not None:
            self._wake()


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

    def close(self) -> None:
        """Let every reader read what it has, and end."""
        self._closed = True
        for reader in self.readers:
            reader._finish()  # noqa: SLF001  # two halves of one mechanism
        self.readers = []

    def _remove(self, reader: LiveEventStream[T]) -> None:
        if reader in self.readers:
            self.readers = [other for other in self.readers if other is not reader]
