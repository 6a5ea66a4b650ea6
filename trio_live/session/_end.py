"""How a session ended, as a value."""

from __future__ import annotations

from trio_live._values import value
from trio_live.session._close_reasons import CloseKind
from trio_live.session._turns import Outcome


@value
class SessionEnd:
    """How a session ended."""

    reason: str | None = None
    """In one sentence; ``None`` when this side ended it in order, because somebody wished it."""
    close_code: int | None = None
    """The WebSocket code with which the connection was lost (1006 when there was no close frame); else ``None``."""
    close_reason: str | None = None
    """The words the server closed with, or what broke; ``None`` when the connection was not lost."""
    kind: CloseKind | None = None
    """What that close comes to: whose fault it was, and whether another session may do better."""
    error: BaseException | None = None
    """What failed on this side, when something did: a callback under ``callback_errors="raise"``, or a fault. Or the
    `CostCapReached` for which the session was ended in order."""
    outcome: Outcome = Outcome.TALKED
    """What came of it: where a session made no turn, how far it came."""

    def __str__(self) -> str:
        why = self.reason or "this side ended the session"
        return why if self.outcome is Outcome.TALKED else f"{why}; {self.outcome.value}"
