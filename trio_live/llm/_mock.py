"""A text model that says what it was told to say, and remembers what it was asked."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from typing import Final, Self, TypeAlias

import trio

from trio_live.errors import LlmError, LlmErrorKind
from trio_live.llm._abc import BaseLlm, Pieces
from trio_live.llm._values import LlmRequest, LlmResponse, TokenUsage
from trio_live.wire import Content, Part

_WORDS: Final = re.compile(r"\s*\S+\s*$|\s*\S+|\s+")

Reply: TypeAlias = str | LlmResponse | LlmError
"""What it answers: a text, a whole answer, or an error that is raised."""


class MockLlm(BaseLlm):
    """A model for tests of whatever stands around one.

    Made by `text`, `script` or `from_fn`. Every question is kept in `requests`.
    """

    def __init__(self, answer: Callable[[LlmRequest, int], Reply], *, model_id: str = "mock") -> None:
        self.model_id = model_id
        self.requests: list[LlmRequest] = []
        """What it was asked, in order."""
        self._answer = answer

    @classmethod
    def text(cls, text: str, *, model_id: str = "mock") -> Self:
        """One that always answers the same, under the name ``model_id``."""
        return cls(lambda _request, _number: text, model_id=model_id)

    @classmethod
    def script(cls, replies: Iterable[Reply], *, model_id: str = "mock") -> Self:
        """One that answers each question with the next of ``replies``, and fails loudly when there is none left.

        Its name is ``model_id``.
        """
        planned = tuple(replies)

        def answer(_: LlmRequest, number: int) -> Reply:
            if number <= len(planned):
                return planned[number - 1]
            return LlmError(
                f"the script has {len(planned)} replies, and this is question {number}", kind=LlmErrorKind.OTHER
            )

        return cls(answer, model_id=model_id)

    @classmethod
    def from_fn(cls, function: Callable[[LlmRequest], Reply], *, model_id: str = "mock") -> Self:
        """One whose answer is a function of the question; its name is ``model_id``."""
        return cls(lambda request, _: function(request), model_id=model_id)

    @property
    def call_count(self) -> int:
        """How often it was asked."""
        return len(self.requests)

    @property
    def last_request(self) -> LlmRequest | None:
        """What it was asked last."""
        return self.requests[-1] if self.requests else None

    async def generate(self, request: LlmRequest) -> LlmResponse:
        """Answer as planned.

        Raises:
            LlmError: the plan says so, or the script is at its end.

        Cancellation: the question counts all the same.
        """
        self.requests.append(request)
        number = len(self.requests)  # before anybody else asks
        await trio.lowlevel.checkpoint()
        match self._answer(request, number):
            case str(text):
                return LlmResponse.from_text(text)
            case LlmResponse() as response:
                return response
            case LlmError() as error:
                raise error

    @asynccontextmanager
    async def _whole(self, request: LlmRequest) -> AsyncGenerator[AsyncIterator[LlmResponse], None]:
        """Text word by word, function calls in one piece."""
        yield Pieces(in_pieces(await self.generate(request)))


def in_pieces(response: LlmResponse) -> Iterator[LlmResponse]:
    """An answer as it is streamed: each word by itself, everything else as it is, and the reason to end with the last."""
    parts = [
        piece
        for part in response.content.parts or ()
        for piece in ([Part(text=word) for word in _WORDS.findall(part.text)] if part.text else [part])
    ]
    for number, part in enumerate(parts or [Part(text="")], start=1):
        is_last = number >= len(parts)
        yield LlmResponse(
            Content(role="model", parts=[part]),
            response.finish_reason if is_last else None,
            response.usage if is_last else TokenUsage(),
            response.model,
        )
