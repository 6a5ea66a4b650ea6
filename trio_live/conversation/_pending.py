"""A turn in progress: what was said and done in it so far, by the rules of the transcript."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from trio_live._values import value
from trio_live.conversation._cut import cut_at_word
from trio_live.conversation._transcript import TranscriptTurn
from trio_live.events import ToolCallSummary


@value
class Words:
    text: str
    is_typed: bool = False


@attrs.define
class Pending:
    """A turn in progress. ``upcoming`` are the words that belong to the next one."""

    user: list[Words] = attrs.field(factory=list)
    late: list[Words] = attrs.field(factory=list)
    upcoming: list[Words] = attrs.field(factory=list)
    spoken: list[str] = attrs.field(factory=list)
    written: list[str] = attrs.field(factory=list)
    heard: int | None = None
    """So many characters of ``spoken`` were heard; ``None``: all of them. Pieces that still come may be among them."""
    answer_is_spoken: bool = False
    """Stays true when the spoken answer is cut to nothing: what was not heard must not come back in writing."""
    tool_calls: list[ToolCallSummary] = attrs.field(factory=list)
    model_spoke: bool = False
    was_interrupted: bool = False
    paused: bool = False
    """What the model says next is set off from what it said before."""
    is_untranscribed: bool = False
    turn: TranscriptTurn | None = None
    """What it became when it was closed, if anything."""

    @property
    def said(self) -> str:
        spoken = "".join(self.spoken)
        return spoken if self.heard is None else cut_at_word(spoken, self.heard)

    @property
    def model(self) -> str:
        return self.said if self.answer_is_spoken else "".join(self.written)

    def apart(self, said: list[str], text: str) -> str:
        """``text``, with a space before it where it comes after a pause and neither side has one."""
        touches = self.paused and said and not said[-1][-1:].isspace() and not text[0].isspace()
        self.paused = False
        return f" {text}" if touches else text

    @property
    def words(self) -> str:
        """All that the model has said or written, heard or not."""
        return "".join(self.spoken if self.answer_is_spoken else self.written)

    @property
    def is_late(self) -> bool:
        """Whether words of the user come too late to be the question that this turn answers."""
        return self.model_spoke or self.was_interrupted

    @property
    def closing_user(self) -> list[Words]:
        return self.user if self.was_interrupted else self.user + self.late

    @property
    def carried(self) -> list[Words]:
        return self.late + self.upcoming if self.was_interrupted else self.upcoming


def joined(pieces: Iterable[Words]) -> str:
    """What the user said, as one text: what was typed is set off by spaces."""
    text, after_typed = "", False
    for piece in pieces:
        touches = text and not text[-1].isspace() and not piece.text[0].isspace()
        text += f" {piece.text}" if touches and (piece.is_typed or after_typed) else piece.text
        after_typed = piece.is_typed
    return text
