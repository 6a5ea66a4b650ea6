"""How a tool runs: while the model waits for it, or beside the talk."""

from __future__ import annotations

import enum
from typing import Final, Literal, TypeAlias, get_args

from trio_live._values import value
from trio_live.tools._formatting import ResultFormatter

Scheduling: TypeAlias = Literal["SILENT", "WHEN_IDLE", "INTERRUPT"]
"""When the model may speak of an answer that comes later: never of its own accord, after what it says now, at once."""

SCHEDULINGS: Final[tuple[str, ...]] = get_args(Scheduling)

Behavior: TypeAlias = Literal["BLOCKING", "NON_BLOCKING"]
"""Whether the model waits for an answer, or talks on."""

BEHAVIORS: Final[tuple[str, ...]] = get_args(Behavior)


@value
class Standard:
    """The tool runs at once, and its result is the answer to the call."""


@value
class Background:
    """The call is acknowledged at once; the tool runs beside the talk, and its result follows when it is there."""

    formatter: ResultFormatter | None = None
    """Words the acknowledgement and the result; without one, `DefaultResultFormatter` does."""
    scheduling: Scheduling | None = None
    """When the model may speak of the result; ``None`` leaves it to the server."""


ToolExecutionMode: TypeAlias = Standard | Background
"""How a tool runs."""


class ToolClass(enum.Enum):
    """What a tool gives back, and whether it listens."""

    REGULAR = "one result"
    STREAMING = "many values over time"
    INPUT_STREAM = "one result, or many values over time, from what the user says meanwhile"
