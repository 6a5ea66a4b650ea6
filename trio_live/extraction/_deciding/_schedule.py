"""Which extractors are due, and what they look at."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

from trio_live._callables import answered_truth
from trio_live.conversation import TranscriptWindow
from trio_live.extraction._deciding._extractor import TurnExtractor
from trio_live.extraction._deciding._triggers import (
    AfterToolCall,
    EveryTurn,
    Interval,
    OnGenerationComplete,
    OnPhaseChange,
)


class Occasion(enum.Enum):
    """When extractors may be due → the triggers that wait for it, and whether the running turn is looked at."""

    TURN_END = ((EveryTurn, Interval), False)
    TOOL_CALL = ((AfterToolCall,), True)
    PHASE_CHANGE = ((OnPhaseChange,), False)
    GENERATION_COMPLETE = ((OnGenerationComplete,), True)
    GUARDED_CALL = ((EveryTurn, AfterToolCall), True)

    def __init__(self, triggers: tuple[type, ...], shows_running_turn: bool) -> None:  # noqa: FBT001 - rows of a table
        self.triggers = triggers
        self.shows_running_turn = shows_running_turn


class Schedule:
    """When each extractor of a session ran last.

    Args:
        extractors: in their order of registration.
    """

    def __init__(self, extractors: Sequence[TurnExtractor]) -> None:
        self.extractors = tuple(extractors)
        self._last: dict[str, int] = {}

    def __bool__(self) -> bool:
        return bool(self.extractors)

    def waits_for(self, occasion: Occasion) -> bool:
        """Whether any extractor ever runs then."""
        return any(isinstance(extractor.trigger, occasion.triggers) for extractor in self.extractors)

    def due(self, occasion: Occasion, turn_count: int) -> Iterator[TurnExtractor]:
        """Those that are due, in their order.

        Args:
            occasion: what has happened.
            turn_count: ``session:turn_count``.
        """
        for extractor in self.extractors:
            trigger = extractor.trigger
            if not isinstance(trigger, occasion.triggers):
                continue
            if not isinstance(trigger, Interval) or turn_count - self._last.get(extractor.name, 0) >= trigger.turns:
                yield extractor

    def started(self, extractor: TurnExtractor, turn_count: int) -> None:
        """It runs now: the next interval begins."""
        self._last[extractor.name] = turn_count


def wants(extractor: TurnExtractor, window: TranscriptWindow) -> bool:
    """Whether an extractor that is due looks at the window; nobody looks at an empty one.

    Args:
        extractor: the one that is due.
        window: its last turns.

    Raises:
        Exception: ``should_extract``'s own.
    """
    return not window.is_empty and answered_truth(extractor.should_extract(window))
