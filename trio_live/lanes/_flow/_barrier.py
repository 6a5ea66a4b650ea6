"""Barge-in: from the moment the server says ``interrupted``, no older audio reaches anybody.

::

    pump      ──audio(0)──audio(0)──INTERRUPTED──audio(1)──audio(1)──▶
    epoch        0          0      raise to 1       1         1
    fast lane   plays     plays     drops what is still queued of 0,
                                    waits before 1 until control has let epoch 1 pass
    control                         … on_interrupted() …  pass(1) ─────┘

A boolean would do for one interruption. Two of them, the second while ``on_interrupted`` still runs for the first,
would be un-suppressed too early, and the next turn's first frames would be thrown away. A number has neither fault:
frames older than ``current`` are stale, frames newer than ``passed`` wait.

While the fast lane waits, its queue holds the new turn's audio and, once full, stops the pump. That is why
``on_interrupted`` has a deadline.

The other way round, the end of a turn waits until the fast lane has told everything that came before it: a final text
comes after its pieces, and whoever stops reading at the end of a turn misses nothing. That makes no cycle, because the
control lane does not wait for a fast lane that waits here: what is held back came after an interruption that the control
lane has not reached yet, so all that came before the turn's end has been told.
"""

from __future__ import annotations

import trio


class Barrier:
    """The interruption epoch of one session."""

    def __init__(self) -> None:
        self.current = 0
        """How often the session was interrupted. The pump stamps every event with it."""
        self.passed = 0
        """The newest epoch whose interruption has been handled."""
        self.routed = 0
        """Events put on the fast lane's queue; those handled at once are not among them."""
        self.told = 0
        """Those of them that the fast lane is done with."""
        self._waiting = trio.lowlevel.ParkingLot()
        self._listening = trio.lowlevel.ParkingLot()

    def interrupt(self) -> int:
        """The pump saw an interruption: everything stamped so far is stale. Returns the new epoch."""
        self.current += 1
        self._waiting.unpark_all()  # whoever waits for an older epoch waits for nothing
        return self.current

    def let_pass(self, epoch: int) -> None:
        """``on_interrupted`` for ``epoch`` is done."""
        self.passed = max(self.passed, epoch)
        self._waiting.unpark_all()

    async def wait_passed(self, epoch: int) -> bool:
        """Wait until events of ``epoch`` may pass.

        Returns:
            Whether they still may: False when another interruption has made them stale.

        Cancellation: nothing changes.
        """
        while self.passed < epoch == self.current:
            self._listening.unpark_all()  # what is held back here is not to be waited for
            await self._waiting.park()
        return epoch == self.current

    def tell(self, count: int) -> None:
        """The fast lane is done with so many events more."""
        self.told += count
        if self._listening:
            self._listening.unpark_all()

    def let_go(self) -> None:
        """The fast lane has ended: nobody is to wait for it."""
        self.tell(self.routed - self.told)

    async def wait_told(self) -> None:
        """Wait until the fast lane has told what was routed before, or holds it back for an interruption.

        Cancellation: harmless.
        """
        wanted = self.routed
        while self.told < wanted and not len(self._waiting):
            await self._listening.park()
