"""Running the preparations of a phase that nothing but unknown keys keeps closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from trio_live._typing import Seconds
from trio_live.events import SessionWriter
from trio_live.phases._phase import Phase, PhasePreparation
from trio_live.phases._reporting import ErrorReporter, attempt_async
from trio_live.state import State

PreparationRunner: TypeAlias = Callable[[PhasePreparation, State, SessionWriter], Awaitable[object]]
"""Runs one preparation within its ``timeout`` and raises an `Exception` when that is over.

This room has no clock, so keeping the time is the business of whoever has one.
"""


async def run_untimed(preparation: PhasePreparation, state: State, writer: SessionWriter) -> None:
    """A `PreparationRunner` that keeps no time."""
    await preparation.run(state, writer)


class Preparer:
    """Runs preparations, and remembers when each last began."""

    def __init__(self, report: ErrorReporter) -> None:
        self._report = report
        self._began: dict[tuple[str, int], Seconds] = {}

    async def run(
        self, phase: Phase, state: State, writer: SessionWriter, *, now: Seconds, run: PreparationRunner
    ) -> tuple[str, ...]:
        """Run all of the phase's preparations that are due, one by one in declared order.

        One whose keys are already known runs like the others. One that raises is reported and has not satisfied
        anything; the rest still run.

        Returns:
            The names of those that ran.

        Cancellation: the preparation in progress is cancelled, later ones do not begin; begun ones count as tried.
        """
        ran = []
        for index, preparation in enumerate(phase.preparations):
            began = self._began.get((phase.name, index))
            if began is not None and preparation.retry_after is not None and now - began < preparation.retry_after:
                continue
            self._began[phase.name, index] = now
            ran.append(preparation.name)
            where = f"phase {phase.name!r} preparation {preparation.name!r}"
            await attempt_async(self._report, where, run, preparation, state, writer)
        return tuple(ran)
