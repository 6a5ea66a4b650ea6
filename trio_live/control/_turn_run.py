"""What the steps of one turn's end hand on to each other."""

from __future__ import annotations

import attrs

from trio_live import wire_events
from trio_live.conversation import Nudge, TranscriptTurn
from trio_live.phases import TransitionResult
from trio_live.wire import Tool


@attrs.define
class TurnRun:
    """One turn being closed: what its steps have found so far."""

    is_soft: bool
    tally: wire_events.TurnTally = attrs.field(factory=wire_events.TurnTally)
    """What the turn holds; of a move between turns, nothing."""
    was_cut: bool = False
    """Its connection was lost while the model was answering."""
    record: TranscriptTurn | None = None
    """What the transcript has of it; ``None`` if nothing was said or done."""
    transition: TransitionResult | None = None
    tools: tuple[Tool, ...] | None = None
    advisory: str | None = None
    nudge: Nudge | None = None
    steering: str | None = None
    amendment: str | None = None
    template: str | None = None

    @property
    def user_spoke(self) -> bool:
        """Whether the user said or typed anything."""
        return self.record is not None and bool(self.record.user)

    @property
    def model_spoke(self) -> bool:
        """Whether it said or wrote anything."""
        return bool(self.tally.said) or self.tally.sounded or self.tally.wrote

    @property
    def says_something(self) -> bool:
        """Whether any of them wants to tell the model something."""
        texts = self.advisory or self.steering or self.amendment or self.template
        return bool(texts or self.transition or self.nudge) or self.tools is not None
