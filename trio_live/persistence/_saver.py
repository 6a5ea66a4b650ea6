"""Saving beside a session: one snapshot at a time, the newest of those that wait, and a last one at the end."""

from __future__ import annotations

import logging
from collections.abc import Callable

import trio

from trio_live._typing import Seconds
from trio_live._wording import one_line
from trio_live.persistence._abc import SessionPersistence
from trio_live.persistence._snapshot import SessionSnapshot

logger = logging.getLogger("trio_live.persistence")


class Saver:
    """Saves the snapshots of one session.

    Args:
        backend: where.
        session_id: under which name.
        tell: told that a snapshot could not be saved, and why; once until one can be, or the reason is another one.
    """

    def __init__(self, backend: SessionPersistence, session_id: str, tell: Callable[[str], None]) -> None:
        self._backend = backend
        self._session_id = session_id
        self._tell = tell
        self._newest: SessionSnapshot | None = None
        self._wake = trio.Event()
        self._told: str | None = None

    def offer(self, snapshot: SessionSnapshot) -> None:
        """Have a snapshot saved soon, unless a newer one comes before its turn."""
        self._newest = snapshot
        self._wake.set()

    async def run(self) -> None:
        """Save what is offered.

        Cancellation: what is being saved is the back end's affair; nothing else is begun.
        """
        while True:
            await self._wake.wait()
            self._wake = trio.Event()
            snapshot, self._newest = self._newest, None
            if snapshot is not None:
                await self._save(snapshot)

    async def finish(self, snapshot: SessionSnapshot, within: Seconds) -> None:
        """Save the last snapshot, whatever is cancelled meanwhile. `run` must have ended.

        Args:
            snapshot: the last one.
            within: seconds after which it is given up, and told to be.

        Cancellation: waits all the same, until the deadline.
        """
        with trio.CancelScope(shield=True), trio.move_on_after(within) as patience:
            await self._save(snapshot)
        if patience.cancelled_caught:
            self._failed(f"it took more than {within:g} s")

    async def _save(self, snapshot: SessionSnapshot) -> None:
        try:
            await self._backend.save(self._session_id, snapshot)
        except Exception as problem:  # noqa: BLE001  # of a user's back end, too: a call does not end because of it
            self._failed(one_line(str(problem)) or type(problem).__name__, problem)
        else:
            self._told = None

    def _failed(self, why: str, problem: Exception | None = None) -> None:
        if why != self._told:
            self._told = why
            logger.warning("the session %r could not be saved: %s", self._session_id, why, exc_info=problem)
            self._tell(f"the session could not be saved: {why}")
