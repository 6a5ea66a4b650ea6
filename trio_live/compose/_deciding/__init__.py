"""What compositions decide: prompts, contents, transformations of the State, checks of texts. Pure."""

from __future__ import annotations

from trio_live.compose._deciding._checks import (
    TextCheck,
    is_json,
    length_of,
    matching,
    no_personal_data,
    off_topics,
    whole_number,
    within_budget,
)
from trio_live.compose._deciding._contents import (
    TOKEN,
    Contents,
    agent_of,
    answers_in,
    calls_in,
    fitted,
    last,
    redacted,
    selected,
    text_of,
    truncated,
    without_repeats,
)
from trio_live.compose._deciding._prompts import P, PromptComposite, PromptSection
from trio_live.compose._deciding._transforms import S, StateTransform

__all__ = [
    "TOKEN",
    "Contents",
    "P",
    "PromptComposite",
    "PromptSection",
    "S",
    "StateTransform",
    "TextCheck",
    "agent_of",
    "answers_in",
    "calls_in",
    "fitted",
    "is_json",
    "last",
    "length_of",
    "matching",
    "no_personal_data",
    "off_topics",
    "redacted",
    "selected",
    "text_of",
    "truncated",
    "whole_number",
    "within_budget",
    "without_repeats",
]
