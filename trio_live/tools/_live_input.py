"""What the user says and shows while a tool runs, for a tool that listens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, NoReturn, Protocol, Self, TypeAlias

from trio_live._values import value


@value
class UserAudio:
    """Sound, as the model was sent it."""

    data: bytes
    """PCM16 LE mono at 16 kHz."""


@value
class UserText:
    """A typed turn."""

    text: str


@value
class UserVideo:
    """A picture of the stream."""

    jpeg: bytes


UserInput: TypeAlias = UserAudio | UserText | UserVideo
"""One thing that the user said or showed."""


class LiveInput(Protocol):
    """A copy of what the user says and shows from the moment in which the tool starts, until it ends.

    Given to an async tool that has a parameter of this type, under whatever name; the model never hears of it. For one
    task, with ``async for``. Nobody waits for the tool: if it falls ten seconds of sound behind, it loses the oldest.
    """

    lagged: int
    """Pieces that were lost."""

    def __aiter__(self) -> AsyncIterator[UserInput]: ...

    async def __anext__(self) -> UserInput:
        """The next piece.

        Cancellation: nothing is lost.
        """
        ...

    def close(self) -> None:
        """Listen no more. What waits can still be read; a session does this when the tool ends."""
        ...


class NoInput:
    """The input of a call outside of a session, or of a tool that does not listen: none."""

    lagged = 0

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> NoReturn:
        """There is nothing."""
        raise StopAsyncIteration

    def close(self) -> None:
        """Listen no more."""


NO_INPUT: Final = NoInput()
