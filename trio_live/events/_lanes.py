"""Which lane publishes an event: within a lane their order is promised, between lanes it is the scheduler's."""

from __future__ import annotations

from typing import Final

from trio_live.events._events import (
    Audio,
    CostWarning,
    InputTranscript,
    LiveEvent,
    Media,
    OutputTranscript,
    Telemetry,
    TextComplete,
    TextDelta,
    Thought,
    TurnMetrics,
    VadEnd,
    VadStart,
)

_FAST: Final = (Audio, Media, TextDelta, TextComplete, Thought, VadStart, VadEnd)

BY_THE_CLOCK: Final = (Telemetry, TurnMetrics, CostWarning)
"""What comes because time has passed, or was counted, whatever the other lanes do."""


def is_of_fast_lane(event: LiveEvent) -> bool:
    """Whether the fast lane published it: pieces of transcripts it does, finals it does not."""
    if isinstance(event, InputTranscript | OutputTranscript):
        return not event.is_final
    return isinstance(event, _FAST)
