"""The seam between a session and whatever keeps its snapshots."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from trio_live.persistence._snapshot import SessionSnapshot


@runtime_checkable
class SessionPersistence(Protocol):
    """Keeps the newest snapshot of each session.

    A session saves one snapshot at a time, so ``save`` needs to be ready for two callers only where several sessions
    share it. Whatever the methods raise is told by the session, which goes on.
    """

    async def save(self, session_id: str, snapshot: SessionSnapshot) -> None:
        """Put a snapshot in the place of the one before. A reader sees the old or the new one, whole.

        Raises:
            PersistenceError: it could not be kept; the one before is still there.

        Cancellation: the old or the new snapshot is there, whole.
        """
        ...

    async def load(self, session_id: str) -> SessionSnapshot | None:
        """The newest snapshot; ``None`` when there is none.

        Raises:
            PersistenceError: it cannot be reached.
            SnapshotUnreadable: it is there, and is no snapshot that this version can read.

        Cancellation: harmless.
        """
        ...

    async def delete(self, session_id: str) -> None:
        """Forget a session; one that is not there is no error.

        Raises:
            PersistenceError: it could not be removed.

        Cancellation: it may have been removed.
        """
        ...
