"""The turns of a call, as they are being held."""

from __future__ import annotations

import attrs

from trio_live._typing import Seconds
from trio_live.conversation._internal import cut_at_word
from trio_live.timeline._model._board import Draft
from trio_live.timeline._model._values import TurnFigures


@attrs.define(eq=False)
class RunningTurn:
    """One turn, of which more may become known, also after its end: its sound may still be played."""

    number: int
    begins: Seconds
    ends: Seconds | None = None
    speech_ends: Seconds | None = None
    first_byte: Seconds | None = None
    first_played: Seconds | None = None
    user: str = ""
    model: str = ""
    told_heard: str | None = None
    """What was heard, as the session told."""
    heard_characters: int | None = None
    """How much of the words was heard, by the pace of the voice."""
    interrupted: bool = False
    received_seconds: Seconds = 0.0
    heard_seconds: Seconds = 0.0
    unheard_seconds: Seconds = 0.0
    prompt_tokens: int | None = None
    response_tokens: int | None = None
    cost_usd: float | None = None
    draft: Draft | None = None

    @property
    def heard(self) -> str | None:
        """What was heard of the words, where that is less than all."""
        if self.told_heard is not None:
            return self.told_heard
        if self.heard_characters is None or not self.model:
            return None
        return cut_at_word(self.model.strip(), self.heard_characters)

    def figures(self) -> TurnFigures:
        """What is known of it now."""
        return TurnFigures(
            number=self.number,
            begins=self.begins,
            ends=self.ends,
            speech_ends=self.speech_ends,
            first_byte=self.first_byte,
            first_played=self.first_played,
            user=self.user.strip(),
            model=self.model.strip(),
            heard=self.heard,
            interrupted=self.interrupted,
            received_seconds=round(self.received_seconds, 3),
            heard_seconds=round(self.heard_seconds, 3),
            unheard_seconds=round(self.unheard_seconds, 3),
            prompt_tokens=self.prompt_tokens,
            response_tokens=self.response_tokens,
            cost_usd=self.cost_usd,
        )
