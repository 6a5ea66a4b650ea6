"""What a text model is."""

from __future__ import annotations

from abc import ABC, abstractmethod

from trio_live.llm._values import LlmRequest, LlmResponse


class BaseLlm(ABC):
    """A text model: asked once, it answers once. It serves extractors, text agents and judges beside the talk.

    Derive from it to bring a model of your own; `generate` is all that is needed.
    """

    model_id: str
    """The model's name."""

    @abstractmethod
    async def generate(self, request: LlmRequest) -> LlmResponse:
        """Ask, and wait for the whole answer.

        Args:
            request: the question.

        Raises:
            LlmError: there is no answer; its ``kind`` says why, and ``retryable`` whether asking again may help.

        Cancellation: the question is withdrawn; whether it was paid for is not known.
        """
        raise NotImplementedError

    async def warm_up(self) -> None:  # noqa: B027 - most models need none
        """Make the first question quick. Never raises an `LlmError`: a cold model is no reason not to begin.

        Cancellation: harmless.
        """
