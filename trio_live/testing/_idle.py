"""Reading a stream until nothing more comes."""

from __future__ import annotations

from typing import TypeVar

import trio

from trio_live._typing import Seconds
from trio_live.lanes import LiveEventStream

T = TypeVar("T")


async def collect_events_until_idle(stream: LiveEventStream[T], idle: Seconds, *, limit: Seconds = 30.0) -> list[T]:
    """Read events until none has come for a while.

    Time is Trio's: with a clock that jumps, nothing here takes any. A tool that runs says nothing meanwhile, so quiet
    is not always the end: make ``idle`` longer than your slowest tool, or use `play`, which waits for answers.

    Args:
        stream: a subscription, of live events or of wire events. It stays open.
        idle: seconds without an event that end the reading.
        limit: seconds after which the reading ends even in the middle of events.

    Returns:
        What came, in order; events that the stream lost to a slow reader are not in it (see ``stream.lagged``).

    Cancellation: the events read so far are lost, those that follow are not.
    """
    found: list[T] = []
    deadline = trio.current_time() + limit
    while True:
        with trio.move_on_at(min(trio.current_time() + idle, deadline)) as patience:
            try:
                found.append(await anext(stream))
            except StopAsyncIteration:
                return found
        if patience.cancelled_caught or trio.current_time() >= deadline:
            return found
