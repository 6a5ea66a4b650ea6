"""Waiting for a phase of the link."""

from __future__ import annotations

from collections.abc import Callable

import trio

from trio_live.session import SessionPhase


class PhaseWatch:
    """Whoever waits for the link of one session to be in some phase.

    Args:
        phase: the phase it is in.
    """

    def __init__(self, phase: Callable[[], SessionPhase]) -> None:
        self._phase = phase
        self._waiters = trio.lowlevel.ParkingLot()
        self._is_over = False

    @property
    def now(self) -> SessionPhase:
        """The phase the link is in."""
        return self._phase()

    def changed(self) -> None:
        """The phase has changed."""
        if self._waiters:
            self._waiters.unpark_all()

    def close(self) -> None:
        """It never changes again."""
        self._is_over = True
        self.changed()

    async def wait(self, *wanted: SessionPhase) -> SessionPhase:
        """Wait until the link is in one of ``wanted``, or the session is over; returns the phase it is in.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self._phase() not in wanted and not self._is_over:
            await self._waiters.park()
        return self._phase()
