"""Turns and extractors that these tests share."""

from __future__ import annotations

from collections.abc import Iterable

from trio_live._typing import Json
from trio_live.conversation import TranscriptTurn, TranscriptWindow
from trio_live.extraction import EveryTurn as Every
from trio_live.extraction import ExtractionTrigger, FieldPromotion, TurnExtractor


def window(*said: str | tuple[str, str]) -> TranscriptWindow:
    """Turns, each what the user said, or what both said."""
    pairs = [(each, "") if isinstance(each, str) else each for each in said]
    return TranscriptWindow(tuple(TranscriptTurn(number, user, model) for number, (user, model) in enumerate(pairs)))


class Fixed(TurnExtractor):
    """Finds what it was made with."""

    def __init__(
        self,
        name: str = "Order",
        result: Json = None,
        rules: Iterable[FieldPromotion] = (),
        trigger: ExtractionTrigger = Every(),  # noqa: B008 - it is immutable
    ) -> None:
        self.name = name
        self.result = result
        self.promotion_rules = tuple(rules)
        self.trigger = trigger

    async def extract(self, window: TranscriptWindow) -> Json:
        return self.result
