"""When an extractor runs."""

from __future__ import annotations

from typing import TypeAlias

import attrs

from trio_live._values import value
from trio_live.errors import ConfigError


@value
class EveryTurn:
    """At the end of every turn, before guards and watchers look."""

    @property
    def label(self) -> str:
        """How a contract names it."""
        return "EveryTurn"


def _whole(_: object, __: object, turns: int) -> None:
    if type(turns) is not int or turns < 0:
        raise ConfigError(f"an interval is a whole number of turns, not {turns!r}; 0 means every turn")


@value
class Interval:
    """At the end of a turn, when so many turns have passed since it ran last.

    The first time is when ``session:turn_count`` has reached the number. A turn in which it was not due, had nothing
    to look at, or declined (`TurnExtractor.should_extract`) does not count as a run.
    """

    turns: int = attrs.field(validator=_whole)
    """Turns between two runs; 0 is the same as `EveryTurn`."""

    @property
    def label(self) -> str:
        """How a contract names it."""
        return f"Interval({self.turns})"


@value
class AfterToolCall:
    """When a batch of function calls has been answered. The window holds the running turn as well."""

    @property
    def label(self) -> str:
        """How a contract names it."""
        return "AfterToolCall"


@value
class OnPhaseChange:
    """When the conversation has moved to another phase."""

    @property
    def label(self) -> str:
        """How a contract names it."""
        return "OnPhaseChange"


@value
class OnGenerationComplete:
    """When the model has finished an answer, which the listener may not have heard to its end yet."""

    @property
    def label(self) -> str:
        """How a contract names it."""
        return "OnGenerationComplete"


ExtractionTrigger: TypeAlias = EveryTurn | Interval | AfterToolCall | OnPhaseChange | OnGenerationComplete
"""When an extractor runs."""
