"""Who may come in: limits, and ephemeral tokens."""

from __future__ import annotations

from trio_live.emulator._access._clock import WallClock
from trio_live.emulator._access._tokens import Terms, Tokens, expired
from trio_live.emulator._access._upgrade import UpgradeRefusal
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._service import HAS_EXPIRED, INTERNAL, QUOTA, IdSource, Refused, Route


class Admission:
    """Knows the sessions that are open and the tokens that were given out."""

    def __init__(self, options: EmulatorOptions, ids: IdSource) -> None:
        self._options = options
        self._ids = ids
        self._tokens = Tokens()
        self._clock = WallClock()
        self._sessions: set[int] = set()

    def now(self) -> float:
        """The time of the clock, in seconds since 1970. Runs with Trio's clock."""
        return self._clock.now()

    # -- tokens

    def terms(self, token: str | None) -> Terms | None:
        """What an ephemeral token is good for; ``None`` for one that was not given out here."""
        return self._tokens.find(token)

    def mint(self, terms: Terms) -> str:
        """A new ephemeral token."""
        name = f"auth_tokens/{self._ids.unique().replace('-', '')}"
        self._tokens.keep(name, terms)
        return name

    # -- limits

    def refuse_upgrade(self, route: Route, connections: int) -> UpgradeRefusal | None:
        """Why a client whose credentials fit is not let in all the same, or ``None``.

        Args:
            route: where it wants to go.
            connections: how many are open.
        """
        most = self._options.most_connections
        if most is not None and connections >= most:
            return UpgradeRefusal(429, QUOTA)
        terms = self.terms(route.token)
        if terms is None:
            unknown = route.token is not None and self._options.keys is not None
            return UpgradeRefusal(401, "The ephemeral token is not known.") if unknown else None
        return UpgradeRefusal(401, HAS_EXPIRED) if expired(terms, self.now()) else None

    def refuse_session(self, connection: int, route: Route, *, resuming: bool) -> Refused | None:
        """Why no session is to be had now, or ``None``; the session is then counted."""
        most = self._options.most_sessions
        if most is not None and len(self._sessions) >= most:
            return Refused(INTERNAL, QUOTA)
        token = route.token
        refusal = None if token is None else self._tokens.open_session(token, self.now(), resuming=resuming)
        if refusal is None:
            self._sessions.add(connection)
        return refusal

    def left(self, connection: int) -> None:
        """A connection is over."""
        self._sessions.discard(connection)
