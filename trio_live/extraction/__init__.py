"""Facts that come out of a talk: extractors, when they run, and what becomes of what they find."""

from __future__ import annotations

from trio_live.extraction._deciding import (
    AcceptFn,
    AfterToolCall,
    EveryTurn,
    ExtractionTrigger,
    FieldPromotion,
    FieldRule,
    Interval,
    MergePolicy,
    OnGenerationComplete,
    OnPhaseChange,
    RuleExtractor,
    TurnExtractor,
    date,
    keywords,
    number,
    regex,
)
from trio_live.extraction._llm import LlmExtractor

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
