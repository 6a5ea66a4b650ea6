"""Text models beside the talk: what extractors, text agents and judges ask."""

from __future__ import annotations

from trio_live.llm._abc import BaseLlm
from trio_live.llm._gemini import GeminiLlm
from trio_live.llm._mock import MockLlm
from trio_live.llm._values import LlmRequest, LlmResponse, TokenUsage

__all__ = ["BaseLlm", "GeminiLlm", "LlmRequest", "LlmResponse", "MockLlm", "TokenUsage"]
