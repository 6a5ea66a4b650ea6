"""A rule of the protocol was broken, by this side or by the other."""

from __future__ import annotations

from collections.abc import Iterable

from trio_live.errors._base import LiveError


class ProtocolError(LiveError):
    """A rule of the protocol was broken. See the two subclasses for who broke it."""


class LocalProtocolError(ProtocolError):
    """This program tried something the protocol does not allow here."""


class InvalidTransition(LocalProtocolError):
    """A session phase cannot follow another; the phase stayed as it was."""

    def __init__(self, from_: str, to: str) -> None:
        self.from_ = from_
        """The phase the session is in."""
        self.to = to
        """The phase it was to be in next."""
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
