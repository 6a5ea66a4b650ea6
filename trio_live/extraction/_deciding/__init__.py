"""What extractors are, when they run, and what becomes of what they find. Pure."""

from __future__ import annotations

from trio_live.extraction._deciding._dates import date
from trio_live.extraction._deciding._extractor import (
    DEFAULT_TIMEOUT,
    DEFAULT_WINDOW,
    TurnExtractor,
    extractor_problems,
)
from trio_live.extraction._deciding._merging import REASONS, merge
from trio_live.extraction._deciding._numbers import number
from trio_live.extraction._deciding._promotion import AcceptFn, FieldPromotion, MergePolicy
from trio_live.extraction._deciding._rules import FieldRule, RuleExtractor, keywords, regex
from trio_live.extraction._deciding._schedule import Occasion, Schedule, wants
from trio_live.extraction._deciding._triggers import (
    AfterToolCall,
    EveryTurn,
    ExtractionTrigger,
    Interval,
    OnGenerationComplete,
    OnPhaseChange,
)

__all__ = [
    "DEFAULT_TIMEOUT",
    "DEFAULT_WINDOW",
    "REASONS",
    "AcceptFn",
    "AfterToolCall",
    "EveryTurn",
    "ExtractionTrigger",
    "FieldPromotion",
    "FieldRule",
    "Interval",
    "MergePolicy",
    "Occasion",
    "OnGenerationComplete",
    "OnPhaseChange",
    "RuleExtractor",
    "Schedule",
    "TurnExtractor",
    "date",
    "extractor_problems",
    "keywords",
    "merge",
    "number",
    "regex",
    "wants",
]
