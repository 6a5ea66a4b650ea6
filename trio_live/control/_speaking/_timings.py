"""The timing of a talk now: that of the whole of it, and that of its current phase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trio_live.phases import ContextDelivery
from trio_live.phases._internal import VOICE_TIMING_KEY
from trio_live.state import ABSENT, State
from trio_live.state._internal import as_owner, plain

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
        """What holds now; ``None`` where nothing was said of it."""
        return self._of.get(self._phase(), self._of.get(None)) if self._of else None

    @property
    def may_defer(self) -> bool:
        """Whether context ever waits by one of them."""
        return any(timing.context_delivery is ContextDelivery.DEFERRED for timing in self._of.values())

    def publish(self, state: State) -> None:
        """Store what holds now under `VOICE_TIMING_KEY`; where nothing was said, there is nothing."""
        now = self.now
        as_owner(state).update({VOICE_TIMING_KEY: ABSENT if now is None else plain(now)})
