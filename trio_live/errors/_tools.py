"""What keeps a function that the model called from doing it."""

from __future__ import annotations

import enum
from typing import Self

from trio_live.errors._base import LiveError


class ToolErrorKind(enum.Enum):
    """What kept a tool from doing what the model asked."""

    FAILED = "it raised"
    NOT_FOUND = "there is no such tool"
    INVALID_ARGUMENTS = "its arguments do not fit"
    CANCELLED = "it was cancelled"
    TIMED_OUT = "it took too long"
    DECLINED = "it was not allowed to run"
    """It never began: somebody said no."""
    OTHER = "it says itself"


class ToolError(LiveError):
    """A function that the model called did not do it. The text is what the model is told.

    Raise it inside a tool to choose the words. Every other exception of a tool is told as ``Tool execution failed: …``.
    """

    kind: ToolErrorKind
    retry: bool
    """Whether the model may ask again."""

    def __init__(self, text: str, *, kind: ToolErrorKind = ToolErrorKind.OTHER, retry: bool = False) -> None:
        self.text = text
        self.kind = kind
        """What kept the function from doing it."""
        self.retry = retry
        super().__init__(text)

    @classmethod
    def failed(cls, what: str) -> Self:
        """The tool raised; ``what`` are its words."""
        return cls(f"Tool execution failed: {what}", kind=ToolErrorKind.FAILED)

    @classmethod
    def not_found(cls, name: str) -> Self:
        """There is no tool of this ``name``."""
        return cls(f"Tool not found: {name}", kind=ToolErrorKind.NOT_FOUND)

    @classmethod
    def invalid(cls, what: str) -> Self:
        """The arguments do not fit, and ``what`` says how; the model may mend them."""
        return cls(f"Invalid arguments: {what}", kind=ToolErrorKind.INVALID_ARGUMENTS, retry=True)

    @classmethod
    def cancelled(cls) -> Self:
        """The call is wanted no more."""
        return cls("Tool cancelled", kind=ToolErrorKind.CANCELLED)

    @classmethod
    def timed_out(cls, seconds: float) -> Self:
        """The tool took too long."""
        return cls(f"Tool execution timed out after {seconds:g} s", kind=ToolErrorKind.TIMED_OUT)

    @classmethod
    def declined(cls, reason: str) -> Self:
        """The tool was not allowed to run, and did not."""
        return cls(reason, kind=ToolErrorKind.DECLINED)
