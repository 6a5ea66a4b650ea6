"""Facts that come out of a talk: extractors, when they run, and what becomes of what they find. Decides purely."""

from __future__ import annotations

from trio_live.extraction._dates import date
from trio_live.extraction._extractor import TurnExtractor
from trio_live.extraction._llm import LlmExtractor
from trio_live.extraction._numbers import number
from trio_live.extraction._promotion import AcceptFn, FieldPromotion, MergePolicy
from trio_live.extraction._rules import FieldRule, RuleExtractor, keywords, regex
from trio_live.extraction._triggers import (
    AfterToolCall,
    EveryTurn,
    ExtractionTrigger,
    Interval,
    OnGenerationComplete,
    OnPhaseChange,
)

__all__ = [
    "AcceptFn",
    "AfterToolCall",
    "EveryTurn",
    "ExtractionTrigger",
    "FieldPromotion",
    "FieldRule",
    "Interval",
    "LlmExtractor",
    "MergePolicy",
    "OnGenerationComplete",
    "OnPhaseChange",
    "RuleExtractor",
    "TurnExtractor",
    "date",
    "keywords",
    "number",
    "regex",
]
