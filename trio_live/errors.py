"""Every exception trio-live raises.

Split by who is at fault and by what the caller can do about it, not by the module that raised::

    LiveError
    ├── ConfigError           you asked for something that cannot be; nothing was sent. Fix the program.
    ├── ConnectError          there is no session. Carries the reason, and what to try.
    │   ├── ConnectTimeout        nobody answered in time (dialling, or waiting for setupComplete)
    │   └── ConnectRejected       somebody answered, and the answer was no
    ├── SessionClosed         the session is over and you used it. Who ended it stands in ``reason``.
    ├── SessionFailed         a part of trio-live itself broke. The cause is attached; please report it.
    ├── LinkLost              one connection ended; raised by a Transport, seldom seen outside.
    ├── StateError            a value that State cannot hold, or not the type that was asked for.
    ├── ToolError             a function that the model called did not do it; raise it to tell the model why.
    └── ProtocolError         a rule of the protocol was broken
        ├── LocalProtocolError    … by this program
        │   ├── InvalidTransition     a session phase cannot follow another
        │   └── CallNotOpen           an answer to a function call that waits for none
        └── RemoteProtocolError   … by the peer: what arrived cannot be read

Errors carry their data as attributes and build their sentence in ``__str__``; no error ever carries a key,
a token or a full URL.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Literal, Self

__all__ = [
    "CallNotOpen",
    "ConfigError",
    "ConnectError",
    "ConnectRejected",
    "ConnectTimeout",
    "InvalidTransition",
    "LinkLost",
    "LiveError",
    "LocalProtocolError",
    "ProtocolError",
    "RemoteProtocolError",
    "SessionClosed",
    "SessionFailed",
    "StateError",
    "ToolError",
    "ToolErrorKind",
]


class LiveError(Exception):
    """The base of all errors of trio-live."""


class ConfigError(LiveError):
    """The configuration cannot work. Every mistake that was found is listed, so one run shows them all.

    Raised before any I/O happens.
    """

    problems: tuple[str, ...]
    """One sentence for each mistake."""

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        if len(self.problems) == 1:
            return self.problems[0]
        listed = "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, 1))
        return f"{len(self.problems)} configuration mistakes:\n{listed}"


class ConnectError(LiveError):
    """No session came into being."""

    advice: str | None
    """What usually helps, where that is known."""

    def __init__(self, what: str, *, advice: str | None = None) -> None:
        self.what = what
        self.advice = advice
        super().__init__(what)

    def __str__(self) -> str:
        return f"{self.what} ({self.advice})" if self.advice else self.what


class ConnectTimeout(ConnectError):
    """Nobody answered in time. For the opposite case, an answer that says no, see `ConnectRejected`."""


class ConnectRejected(ConnectError):
    """The other side answered, and refused.

    For the opposite case, no answer at all, see `ConnectTimeout`.
    """

    code: int | None
    """The WebSocket close code, or the HTTP status when the upgrade itself was refused."""
    reason: str
    """The server's own words; often cut at 123 bytes."""

    def __init__(self, what: str, *, code: int | None = None, reason: str = "", advice: str | None = None) -> None:
        self.code = code
        self.reason = reason
        super().__init__(what, advice=advice)


class SessionClosed(LiveError):
    """The session is over, so this call cannot do anything. Raised by sends after the end; never waits."""

    reason: str | None
    """Why the session ended; ``None`` when this side ended it."""

    def __init__(self, reason: str | None = None) -> None:
        self.reason = reason
        super().__init__(reason)

    def __str__(self) -> str:
        return f"the session is over: {self.reason}" if self.reason else "the session is over: this side ended it"


class SessionFailed(LiveError):
    """A task of trio-live itself raised. The original stands in ``__cause__``.

    Errors of *your* callbacks never come out of the block as this class: with ``callback_errors="raise"`` they come out
    as they are. Whoever waits in ``done()`` is told of either by this class, with the original as its cause.
    """


class LinkLost(LiveError):
    """One connection ended. A `Transport` raises it from ``send`` and ``receive``."""

    code: int
    """The WebSocket close code; 1006 when there was no close frame (RFC 6455, section 7.1.5)."""
    reason: str
    """The peer's words, or a description of what broke."""

    def __init__(self, code: int, reason: str = "") -> None:
        self.code = code
        self.reason = reason
        super().__init__(code, reason)

    def __str__(self) -> str:
        return f"connection closed with code {self.code}" + (f": {self.reason}" if self.reason else "")


class StateError(LiveError):
    """State refused a value or a conversion.

    ``serialize``: the value is not JSON (or holds NaN or an infinity). ``wrong_type``: the stored value is not
    of the type that was asked for. ``reentrant``: a function given to ``modify`` wrote to the same State.
    """

    key: str
    kind: Literal["serialize", "wrong_type", "reentrant", "read_only"]

    def __init__(self, key: str, kind: Literal["serialize", "wrong_type", "reentrant", "read_only"], why: str) -> None:
        self.key = key
        self.kind = kind
        self.why = why
        super().__init__(key, kind, why)

    def __str__(self) -> str:
        return f"state key {self.key!r}: {self.why}"


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
        self.retry = retry
        super().__init__(text)

    @classmethod
    def failed(cls, what: str) -> Self:
        """The tool raised."""
        return cls(f"Tool execution failed: {what}", kind=ToolErrorKind.FAILED)

    @classmethod
    def not_found(cls, name: str) -> Self:
        """There is no such tool."""
        return cls(f"Tool not found: {name}", kind=ToolErrorKind.NOT_FOUND)

    @classmethod
    def invalid(cls, what: str) -> Self:
        """The arguments do not fit; the model may mend them."""
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


class ProtocolError(LiveError):
    """A rule of the protocol was broken. See the two subclasses for who broke it."""


class LocalProtocolError(ProtocolError):
    """This program tried something the protocol does not allow here."""


class InvalidTransition(LocalProtocolError):
    """A session phase cannot follow another; the phase stayed as it was."""

    def __init__(self, from_: str, to: str) -> None:
        self.from_ = from_
        self.to = to
        super().__init__(from_, to)

    def __str__(self) -> str:
        return f"session phase {self.to} cannot follow {self.from_}"


class CallNotOpen(LocalProtocolError):
    """An answer to a function call that waits for none: it was answered or cancelled before, or never asked.

    Nothing was sent. The model asked once, and gets one answer.
    """

    problems: tuple[str, ...]
    """One sentence for each answer that cannot be sent; it names the call."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "; ".join(self.problems)


class RemoteProtocolError(ProtocolError):
    """The peer sent what cannot be read. The session survives it; the frame is skipped.

    ``where`` is the path inside the frame (``serverContent.modelTurn.parts[0].inlineData.data``), where known.
    """

    limit: str | None
    """The limit that was exceeded, a key of `trio_live.wire.LIMITS`; ``None`` when the frame is at fault otherwise."""

    def __init__(self, what: str, *, where: str = "", limit: str | None = None) -> None:
        self.what = what
        self.where = where
        self.limit = limit
        super().__init__(what)

    def __str__(self) -> str:
        return f"{self.what} at '{self.where}'" if self.where else self.what
