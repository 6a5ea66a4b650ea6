"""What came back on a question."""

from __future__ import annotations

from trio_live._values import value
from trio_live.events import ToolCallSummary


@value
class Answer:
    """The answer to one question: what `LiveHandle.ask` returns. ``str(answer)`` is its text."""

    text: str
    """All that the model said or wrote. Of what it said only a transcript is known: it is empty where none was asked for,
    or none came."""
    heard: str
    """So much of it as the user has heard or read: less than the text if the answer was interrupted."""
    turns: tuple[int, ...]
    """The numbers of its turns, as ``session:turn_count`` counts them. Mostly one; results of functions that ran on
    bring about more."""
    tool_calls: tuple[ToolCallSummary, ...] = ()
    """The functions that were called and answered in those turns."""
    interrupted: bool = False
    """The user, or other words of the program, cut it off."""
    cut: bool = False
    """Its connection was lost in the middle of it, and the rest will not come."""
    untranscribed: bool = False
    """The model spoke, transcripts were asked for, and no word of it has come."""

    @property
    def turn(self) -> int:
        """The number of its last turn."""
        return self.turns[-1]

    def __str__(self) -> str:
        return self.text
