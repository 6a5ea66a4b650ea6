"""What of a session outlives it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import attrs

from trio_live.live import _checks as check
from trio_live.live._pages._base import Page

if TYPE_CHECKING:
    from trio_live.persistence import SessionPersistence


class DurabilityPage(Page):
    """What is kept of a session, and under which name."""

    def persistence(self, backend: SessionPersistence) -> Self:
        """Keep the session: it is saved at the end of each turn and at its own end, and goes on when it is connected again.

        What goes on is the State (but for keys about a connection), the phase, the transcript and the count of turns; with
        ``session_resume()`` the model remembers, too, as long as the server keeps its handle. Hooks of the phase are not
        run again, and nobody is greeted twice. A snapshot that cannot be saved is told as `events.Error`; one that cannot
        be read is an error when connecting.

        Args:
            backend: `FsPersistence`, `SqlitePersistence`, `MemoryPersistence`, or one of your own.

        Raises:
            TypeError: it has no such methods.
        """
        from trio_live.persistence import (
            SessionPersistence,  # here, so that a session that nobody keeps never pays for it
        )

        if not isinstance(backend, SessionPersistence):
            raise TypeError(f"a backend has the methods save, load and delete, which {backend!r} has not")
        return self._with(attrs.evolve(self.spec, persistence=backend))

    def session_id(self, session_id: str) -> Self:
        """Under which name the session is kept; ``"default"`` without this call, which does for one session at a time.

        Args:
            session_id: any text, such as the number of the caller.

        Raises:
            TypeError: no string.
            ValueError: empty.
        """
        return self._with(attrs.evolve(self.spec, session_id=check.text("session_id", session_id)))
