"""A session that never came into being, is over, or lost its link."""

from __future__ import annotations

from trio_live.errors._base import LiveError


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


class Draining(ConnectError):
    """The process is leaving and admits no more calls. Whoever asked should ask another one."""

    def __init__(
        self,
        what: str = "the process is leaving and admits no more calls",
        *,
        advice: str | None = "ask another one",
    ) -> None:
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


class CostCapReached(LiveError):
    """The session has cost as much as it may, see ``Live.cost(cap=…)``, and was ended for it.

    It is not raised: it stands in ``handle.ended.error``.
    """

    spent_usd: float
    cap_usd: float

    def __init__(self, spent_usd: float, cap_usd: float) -> None:
        self.spent_usd = spent_usd
        """What the session has cost, in US dollars."""
        self.cap_usd = cap_usd
        """What it may cost, in US dollars."""
        super().__init__(spent_usd, cap_usd)

    def __str__(self) -> str:
        return f"the session has cost ${self.spent_usd:.4f}, and its cap is ${self.cap_usd:.4f}"


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
