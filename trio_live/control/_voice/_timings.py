"""The timing of a talk now: that of the whole of it, and that of its current phase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trio_live.voice import VoiceTiming


class Timings:
    """What was said of the timing of one session.

    Args:
        chosen: timings with the names of their phases; ``None``: of the whole talk.
        phase: the name of the current phase.
    """

    def __init__(self, chosen: Sequence[tuple[str | None, VoiceTiming]], phase: Callable[[], str | None]) -> None:
        self._phase = phase
        self._of: dict[str | None, VoiceTiming] = {}
        for name, timing in sorted(chosen, key=lambda each: each[0] is not None):
            before = self._of.get(name, self._of.get(None))
            self._of[name] = timing if before is None else before.merged(timing)

    @property
    def now(self) -> VoiceTiming | None:
        """What holds now; ``None`` where nothing was said."""
        return self._of.get(self._phase(), self._of.get(None)) if self._of else None
