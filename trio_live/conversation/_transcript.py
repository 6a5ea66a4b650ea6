"""Turns as they stand in the record: frozen, and written out for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events import Speaker, ToolCallSummary
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

    def lines(self, *, functions: bool = True) -> Iterator[str]:
        """The turn as text: a line for the user, one for each function call, one for the model.

        Args:
            functions: whether the calls are told, too, or only what was said.
        """
        if user := self.user.strip():
            yield f"{Speaker.USER.label}: {user}"
        if functions:
            for call in self.tool_calls:
                yield f"[Tool: {call.name}({call.args_summary}) → {call.result_summary}]"
        if model := self.model.strip():
            yield f"{Speaker.MODEL.label}: {model}"
        elif self.untranscribed:
            yield f"{Speaker.MODEL.label}: [spoke; there is no transcript]"

    def formatted(self) -> str:
        """Its `lines`, then an empty line."""
        return "\n".join([*self.lines(), "", ""])

    def __str__(self) -> str:
        return "\n".join(self.lines())


@value
class TranscriptWindow:
    """Some consecutive turns, oldest first. It does not change while the talk goes on."""

    turns: tuple[TranscriptTurn, ...] = ()

    def lines(self, *, functions: bool = True) -> Iterator[str]:
        """The lines of all turns.

        Args:
            functions: whether the calls are told, too, or only what was said.
        """
        for turn in self.turns:
            yield from turn.lines(functions=functions)

    def formatted(self) -> str:
        """All turns as text, each with an empty line behind it: for a prompt, to which more is added."""
        return format_turns(self.turns)

    def __str__(self) -> str:
        """All turns as text, with an empty line between them: for a person."""
        return "\n\n".join(map(str, self.turns))

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


def continued(earlier: Iterable[TranscriptTurn], now: TranscriptWindow) -> TranscriptWindow:
    """A record as it is now, after the turns of an earlier look at it that are no longer kept."""
    if now.is_empty:
        return now
    older = (turn for turn in earlier if turn.turn_number < now.turns[0].turn_number)
    return TranscriptWindow((*older, *now.turns))


def redacted_turn(turn: TranscriptTurn, redaction: Redaction | None) -> TranscriptTurn:
    """A turn as it may leave the session."""
    if redaction is None:
        return turn
    calls = tuple(redaction.fields(call) for call in turn.tool_calls)
    return attrs.evolve(turn, user=redaction.text(turn.user), model=redaction.text(turn.model), tool_calls=calls)
