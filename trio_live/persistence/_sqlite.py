"""Snapshots in one SQLite file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from trio_live._typing import Seconds
from trio_live.errors import PersistenceError, SnapshotUnreadable
from trio_live.persistence._snapshot import SessionSnapshot
from trio_live.persistence._threads import Turns, read

BUSY: Final[Seconds] = 5.0
"""How long another process may hold the file."""

_TABLE: Final = "CREATE TABLE IF NOT EXISTS snapshots (session_id TEXT PRIMARY KEY, snapshot TEXT NOT NULL)"


class SqlitePersistence:
    """Keeps the snapshots of many sessions in one file, which several processes may share.

    It is written with a write-ahead log, and every snapshot is brought to the disk. New files can be read by their
    owner alone. The file is opened for each operation, in a worker thread, so there is nothing to close.

    Args:
        path: of the file; it is made when the first snapshot is saved.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._turns = Turns()

    def __repr__(self) -> str:
        return f"SqlitePersistence({str(self._path)!r})"

    async def save(self, session_id: str, snapshot: SessionSnapshot) -> None:
        """Put a snapshot in the place of the one before.

        Raises:
            PersistenceError: it could not be written; the one before is still there.

        Cancellation: nobody waits any longer; it is written all the same, unless a later one is.
        """
        with self._told("written"):
            await self._turns.run(session_id, snapshot.to_json, partial(self._put, _encoded(session_id)))

    async def load(self, session_id: str) -> SessionSnapshot | None:
        """The newest snapshot; ``None`` when there is none.

        Raises:
            PersistenceError: the file cannot be read.
            SnapshotUnreadable: the snapshot is damaged, or of another version.

        Cancellation: harmless.
        """
        with self._told("read"):
            text = await read(partial(self._get, _encoded(session_id)))
        if text is None:
            return None
        try:
            return SessionSnapshot.from_json(text)
        except SnapshotUnreadable as problem:
            raise SnapshotUnreadable(f"{session_id!r} in {self._path} cannot be used: {problem}") from None

    async def delete(self, session_id: str) -> None:
        """Forget a session; one that is not there is no error.

        Raises:
            PersistenceError: the file cannot be written.

        Cancellation: nobody waits any longer; it is removed all the same, unless a later snapshot is saved.
        """
        with self._told("written"):
            await self._turns.run(session_id, lambda: None, lambda _: self._remove(_encoded(session_id)))

    def _put(self, session_id: bytes, text: str) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # its log and index get the same mode
        self._do("INSERT OR REPLACE INTO snapshots VALUES (?, ?)", session_id, text)

    def _remove(self, session_id: bytes) -> None:
        if self._path.exists():
            self._do("DELETE FROM snapshots WHERE session_id = ?", session_id)

    def _get(self, session_id: bytes) -> str | None:
        if not self._path.exists():
            return None
        found = self._do("SELECT snapshot FROM snapshots WHERE session_id = ?", session_id)
        return str(found[0][0]) if found else None

    def _do(self, statement: str, *values: bytes | str) -> list[tuple[str]]:
        import sqlite3  # here and below: a session that is kept elsewhere, or nowhere, never pays for it

        with closing(sqlite3.connect(self._path, timeout=BUSY, isolation_level=None)) as file:
            file.execute("PRAGMA journal_mode = WAL")
            file.execute("PRAGMA synchronous = FULL")
            file.execute(_TABLE)
            return file.execute(statement, values).fetchall()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        import sqlite3

        try:
            yield
        except (OSError, sqlite3.Error) as problem:
            raise PersistenceError(f"{self._path} cannot be {what}: {problem}") from problem


def _encoded(session_id: str) -> bytes:
    """Any text at all, as the file can hold it."""
    return session_id.encode(errors="surrogatepass")
