"""What a text model is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import trio

from trio_live.llm._values import LlmRequest, LlmResponse


class Pieces(AsyncIterator[LlmResponse]):
    """The pieces of an answer that is there already. No generator: one that nobody reads to its end leaves nothing open."""

    def __init__(self, pieces: Iterable[LlmResponse]) -> None:
        self._pieces = iter(pieces)

    def __aiter__(self) -> Pieces:
        return self

    async def __anext__(self) -> LlmResponse:
        await trio.lowlevel.checkpoint()
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration


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

    def generate_stream(self, request: LlmRequest) -> AbstractAsyncContextManager[AsyncIterator[LlmResponse]]:
        """Ask, and read the answer while it is made.

        ::

            async with llm.generate_stream(request) as pieces:
                async for piece in pieces:
                    print(piece.text(), end="")

        Leaving the block ends the answer, wherever it stands. `LlmResponse.append` puts pieces together. A model that
        cannot do this gives the whole answer as one piece.

        Args:
            request: the question.

        Returns:
            An async context manager, which gives an async iterator.

        Raises:
            LlmError: on entering or on reading: as `generate`. What was read before stays true.

        Cancellation: the question is withdrawn, and nothing is left open.
        """
        return self._whole(request)

    @asynccontextmanager
    async def _whole(self, request: LlmRequest) -> AsyncGenerator[AsyncIterator[LlmResponse], None]:
        yield Pieces([await self.generate(request)])

    async def warm_up(self) -> None:  # noqa: B027 - most models need none
        """Make the first question quick. Never raises an `LlmError`: a cold model is no reason not to begin.

        Cancellation: harmless.
        """
