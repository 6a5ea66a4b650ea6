"""Turns as they stand in the record: frozen, and written out for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events import ToolCallSummary
from trio_live.redaction import Redaction


@value
class TranscriptTurn:
    """One turn: what the user said or typed, what the model answered, which functions ran in between."""

    turn_number: int
    """Counts the recorded turns from 0. Not to be joined with ``session:turn_count``, which counts silent ones too."""
    user: str = ""
    model: str = ""
    tool_calls: tuple[ToolCallSummary, ...] = ()
    timestamp: Seconds = 0.0
    """When the turn was closed, on the session's clock; for a turn in progress, when it was looked at."""
    untranscribed: bool = False
    """The model spoke, and no transcript of it has come."""

    def formatted(self) -> str:
        """One line for each side that spoke and for each function call, then an empty line."""
        lines = [f"[Tool: {call.name}({call.args_summary}) → {call.result_summary}]" for call in self.tool_calls]
        if user := self.user.strip():
            lines.insert(0, f"User: {user}")
        if model := self.model.strip():
            lines.append(f"Assistant: {model}")
        elif self.untranscribed:
            lines.append("Assistant: [spoke; there is no transcript]")
        return "\n".join([*lines, "", ""])


@value
class TranscriptWindow:
    """Some consecutive turns, oldest first. It does not change while the talk goes on."""

    turns: tuple[TranscriptTurn, ...] = ()

    def formatted(self) -> str:
        """All turns as text, for a prompt or a person."""
        return format_turns(self.turns)

    def last_user(self) -> str | None:
        """What the user said last; turns in which they said nothing are passed over."""
        return next((turn.user for turn in reversed(self.turns) if turn.user), None)

    def last_model(self) -> str | None:
        """What the model said last; turns in which it said nothing are passed over."""
        return next((turn.model for turn in reversed(self.turns) if turn.model), None)

    @property
    def is_empty(self) -> bool:
        """Whether there is no turn in it."""
        return not self.turns

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[TranscriptTurn]:
        return iter(self.turns)


def format_turns(turns: Iterable[TranscriptTurn]) -> str:
    """The turns one after the other, each followed by an empty line."""
    return "".join(turn.formatted() for turn in turns)


def redacted_turn(turn: TranscriptTurn, redaction: Redaction | None) -> TranscriptTurn:
    """A turn as it may leave the session."""
    if redaction is None:
        return turn
    calls = tuple(redaction.fields(call) for call in turn.tool_calls)
    return attrs.evolve(turn, user=redaction.text(turn.user), model=redaction.text(turn.model), tool_calls=calls)
