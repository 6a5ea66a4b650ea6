"""What a text model is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

import attrs

from trio_live._typing import JsonObject
from trio_live._values import value
from trio_live.wire import Content, FunctionCall, Part, Tool


def _contents(given: Iterable[Content]) -> tuple[Content, ...]:
    return tuple(given)


def _tools(given: Iterable[Tool]) -> tuple[Tool, ...]:
    return tuple(given)


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


@value
class LlmRequest:
    """One question to a text model. What is ``None`` or empty is left to the model."""

    contents: tuple[Content, ...] = attrs.field(converter=_contents)
    """What was said so far, oldest first; the last one is the user's."""
    system_instruction: str | None = attrs.field(default=None, kw_only=True)
    tools: tuple[Tool, ...] = attrs.field(default=(), converter=_tools, kw_only=True)
    """What the model may ask to be run."""
    temperature: float | None = attrs.field(default=None, kw_only=True)
    """From 0 (always the likeliest word) to 2."""
    top_p: float | None = attrs.field(default=None, kw_only=True)
    top_k: int | None = attrs.field(default=None, kw_only=True)
    max_output_tokens: int | None = attrs.field(default=None, kw_only=True)
    """A longer answer is cut there; its ``finish_reason`` is ``MAX_TOKENS``."""
    stop_sequences: tuple[str, ...] = attrs.field(default=(), converter=_texts, kw_only=True)
    response_mime_type: str | None = attrs.field(default=None, kw_only=True)
    """``application/json`` for an answer that is JSON."""
    response_json_schema: JsonObject | None = attrs.field(default=None, kw_only=True)
    """The shape of that JSON, as a JSON Schema."""
    thinking_budget: int | None = attrs.field(default=None, kw_only=True)
    """Tokens that the model may think for; 0 switches thinking off where it can be."""

    @classmethod
    def from_text(cls, text: str, *, system_instruction: str | None = None) -> Self:
        """A question of one text, from the user; the ``system_instruction`` says how to answer."""
        return cls([Content.of(text)], system_instruction=system_instruction)

    def asking_for(self, mime_type: str, schema: JsonObject | None = None) -> Self:
        """The same question, with an answer of this kind.

        Args:
            mime_type: such as ``application/json``.
            schema: the shape of the JSON.
        """
        return attrs.evolve(self, response_mime_type=mime_type, response_json_schema=schema)


@value
class TokenUsage:
    """Tokens of one answer, or of several: usages can be added."""

    prompt: int = 0
    completion: int = 0
    """The answer's, with those the model was thinking in."""
    total: int = 0

    def __add__(self, other: TokenUsage) -> TokenUsage:
        return TokenUsage(self.prompt + other.prompt, self.completion + other.completion, self.total + other.total)


@value
class LlmResponse:
    """What a text model answered."""

    content: Content
    finish_reason: str | None = None
    """Why it ended, in the words of the API: ``STOP``, ``MAX_TOKENS`` …"""
    usage: TokenUsage = TokenUsage()
    model: str | None = None
    """The version of the model that answered, where it says so."""

    @classmethod
    def from_text(cls, text: str) -> Self:
        """An answer of one text."""
        return cls(Content.of(text, "model"), "STOP")

    @classmethod
    def from_calls(cls, calls: Sequence[FunctionCall]) -> Self:
        """An answer that asks for functions to be run: these calls, in order."""
        return cls(Content(role="model", parts=[Part(function_call=call) for call in calls]), "STOP")

    def append(self, piece: LlmResponse) -> LlmResponse:
        """This answer with the next piece of it, as `BaseLlm.generate_stream` gives them.

        Args:
            piece: what comes behind it. Its usage counts everything before it, too.
        """
        parts = [*(self.content.parts or ()), *(piece.content.parts or ())]
        return LlmResponse(
            Content(role=self.content.role or piece.content.role, parts=parts or None),
            piece.finish_reason or self.finish_reason,
            piece.usage if piece.usage.total else self.usage,
            piece.model or self.model,
        )

    def text(self) -> str:
        """Everything it says; what it was thinking is left out."""
        return "".join(part.text for part in self.content.parts or () if part.text and not part.thought)

    def function_calls(self) -> list[FunctionCall]:
        """What it asks for, in order."""
        return [part.function_call for part in self.content.parts or () if part.function_call is not None]
