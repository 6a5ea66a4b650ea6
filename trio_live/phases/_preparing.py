"""The preparations of a phase that nothing but unknown keys keeps closed: which are due, and in which order."""

from __future__ import annotations

from trio_live._typing import Seconds
from trio_live.phases._definition import Phase
from trio_live.phases._steps import HookCall, Steps


class Preparer:
    """Says which preparations run, and remembers when each last began."""

    def __init__(self) -> None:
        self._began: dict[tuple[str, int], Seconds] = {}

    def steps(self, phase: Phase, now: Seconds) -> Steps[tuple[str, ...]]:
        """All of the phase's preparations that are due, one by one in declared order.

        One whose keys are already known runs like the others. One that fails has not satisfied anything; the rest
        still run. One that began counts as tried, however it ended.

        Returns:
            The names of those that ran.
        """
        ran = []
        for index, preparation in enumerate(phase.preparations):
            began = self._began.get((phase.name, index))
            if began is not None and preparation.retry_after is not None and now - began < preparation.retry_after:
                continue
            self._began[phase.name, index] = now
            ran.append(preparation.name)
            where = f"phase {phase.name!r} preparation {preparation.name!r}"
            yield HookCall(where, preparation.run, preparation.timeout)
        return tuple(ran)
