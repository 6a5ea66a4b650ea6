"""Snapshots in memory."""

from __future__ import annotations

import trio

from trio_live.persistence._snapshot import SessionSnapshot


class MemoryPersistence:
    """Keeps snapshots as long as the process lives: for tests, and for callers who hang up and call again.

    They are kept as text, as on a disk, so nobody holds what another one has.
    """

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<MemoryPersistence at {id(self):#x}>"

    async def save(self, session_id: str, snapshot: SessionSnapshot) -> None:
        """Keep a snapshot in the place of the one before.

        Cancellation: before anything was kept.
        """
        await trio.lowlevel.checkpoint()
        self._kept[session_id] = snapshot.to_json()

    async def load(self, session_id: str) -> SessionSnapshot | None:
        """The newest snapshot; ``None`` when there is none.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        text = self._kept.get(session_id)
        return None if text is None else SessionSnapshot.from_json(text)

    async def delete(self, session_id: str) -> None:
        """Forget a session; one that is not there is no error.

        Cancellation: before anything was forgotten.
        """
        await trio.lowlevel.checkpoint()
        self._kept.pop(session_id, None)
