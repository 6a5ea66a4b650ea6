"""Work on a disk, in worker threads: whoever waits may leave, and what was begun later still wins.

A thread cannot be cancelled. Waiting for one all the same would let a disk that hangs hold up the end of a session;
leaving one behind would let an old write come after a newer one. So each write takes a number when it is asked for,
and what comes late to its turn is not done.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from itertools import count
from typing import TypeVar

import trio

T = TypeVar("T")


class Turns:
    """The order of the writes of one back end."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._finishing = threading.Lock()
        self._counting = threading.Lock()  # never held for long: the event loop takes it too
        self._begun: Counter[str] = Counter()
        self._finished: dict[str, int] = {}
        """Session → the number that was finished last, while anything of that session is under way."""

    async def run(
        self,
        session_id: str,
        prepare: Callable[[], T],
        finish: Callable[[T], None],
        discard: Callable[[T], None] = lambda _: None,
    ) -> None:
        """Prepare in a thread, then finish, unless a later one of the same session has finished already.

        Args:
            session_id: what is written about.
            prepare: done without a lock.
            finish: done one at a time.
            discard: done with what was prepared and came too late.

        Cancellation: nobody waits any longer; it is done all the same, unless something later is.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        number = next(self._numbers)
        with self._counting:
            self._begun[session_id] += 1

        def work() -> None:
            try:
                prepared = prepare()
                with self._finishing:
                    if self._finished.get(session_id, 0) > number:
                        discard(prepared)
                        return
                    finish(prepared)
                    self._finished[session_id] = number
            finally:
                self._end(session_id)

        await trio.to_thread.run_sync(work, abandon_on_cancel=True)

    def _end(self, session_id: str) -> None:
        with self._counting:
            self._begun[session_id] -= 1
            if not self._begun[session_id]:
                del self._begun[session_id]
                self._finished.pop(session_id, None)


async def read(work: Callable[[], T]) -> T:
    """Read in a thread.

    Cancellation: nobody waits any longer.
    """
    return await trio.to_thread.run_sync(work, abandon_on_cancel=True)
