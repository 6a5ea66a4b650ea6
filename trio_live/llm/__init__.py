"""What is asked over HTTP beside the talk: text models, for extractors, text agents and judges; and ephemeral tokens."""

from __future__ import annotations

from trio_live.llm._abc import BaseLlm
from trio_live.llm._auth_tokens import AuthToken, TokenTerms, create_auth_token
from trio_live.llm._gemini import GeminiLlm
from trio_live.llm._mock import MockLlm
from trio_live.llm._registry import LlmFactory, LlmRegistry
from trio_live.llm._values import LlmRequest, LlmResponse, TokenUsage

__all__ = [
    "AuthToken",
    "BaseLlm",
    "GeminiLlm",
    "LlmFactory",
    "LlmRegistry",
    "LlmRequest",
    "LlmResponse",
    "MockLlm",
    "TokenTerms",
    "TokenUsage",
    "create_auth_token",
]
