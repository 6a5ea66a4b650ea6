"""Snapshots in a folder, a file for each session.

A snapshot is written beside its file under a name of its own, brought to the disk, and renamed over the file; then the
folder is brought to the disk. Whenever the process or the machine dies, the file is the old or the new one, whole.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

from trio_live._typing import Seconds
from trio_live.errors import PersistenceError, SnapshotUnreadable
from trio_live.persistence._snapshot import SessionSnapshot
from trio_live.persistence._threads import Turns, read

LONGEST_NAME: Final = 200
"""Bytes of a file's name; 255 is the limit of most file systems, and what is unfinished has a longer one."""

ABANDONED: Final[Seconds] = 3600.0
"""An unfinished file of that age belongs to a process that died."""


class FsPersistence:
    """Keeps the snapshot of a session in ``<folder>/<session id>.json``.

    Files can be read by their owner alone: they hold what was said, and a handle with which the session can be resumed.
    The folder is made when the first snapshot is saved. Characters of an id that have no place in a file's name are
    written as ``%2F`` and the like, so no id leads out of the folder.

    Args:
        folder: where.
    """

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self._folder = Path(folder)
        self._turns = Turns()

    def __repr__(self) -> str:
        return f"FsPersistence({str(self._folder)!r})"

    def path(self, session_id: str) -> Path:
        """The file of a session.

        Args:
            session_id: any text but the empty one.

        Raises:
            ValueError: it is empty.
        """
        return self._folder / file_name(session_id)

    async def save(self, session_id: str, snapshot: SessionSnapshot) -> None:
        """Put a snapshot in the place of the one before.

        Raises:
            PersistenceError: it could not be written; the one before is still there.

        Cancellation: nobody waits any longer; it is written all the same, unless a later one is.
        """
        path = self.path(session_id)
        try:
            await self._turns.run(
                session_id, partial(_write_beside, path, snapshot), partial(_replace, path), discard=Path.unlink
            )
        except OSError as problem:
            raise PersistenceError(f"{path} cannot be written: {problem.strerror or problem}") from problem

    async def load(self, session_id: str) -> SessionSnapshot | None:
        """The newest snapshot; ``None`` when there is none. What a process that died left unfinished is removed.

        Raises:
            PersistenceError: it cannot be read from the disk.
            SnapshotUnreadable: it is damaged, or of another version.

        Cancellation: harmless.
        """
        path = self.path(session_id)
        try:
            content = await read(partial(_read, path))
        except OSError as problem:
            raise PersistenceError(f"{path} cannot be read: {problem.strerror or problem}") from problem
        if content is None:
            return None
        try:
            return SessionSnapshot.from_json(content)
        except SnapshotUnreadable as problem:
            raise SnapshotUnreadable(f"{path} cannot be used: {problem}") from None

    async def delete(self, session_id: str) -> None:
        """Forget a session; one that is not there is no error.

        Raises:
            PersistenceError: the file cannot be removed.

        Cancellation: nobody waits any longer; it is removed all the same, unless a later snapshot is saved.
        """
        path = self.path(session_id)
        try:
            await self._turns.run(session_id, lambda: None, lambda _: path.unlink(missing_ok=True))
        except OSError as problem:
            raise PersistenceError(f"{path} cannot be removed: {problem.strerror or problem}") from problem


def file_name(session_id: str) -> str:
    """The name of a session's file: the same for the same id, another for another one, and nothing but a name.

    Raises:
        ValueError: the id is empty.
    """
    if not session_id:
        raise ValueError("a session's id is empty")
    name = quote(session_id, safe="", errors="surrogatepass")
    if name.startswith("."):
        name = f"%2E{name[1:]}"  # neither hidden nor a folder
    if len(name) > LONGEST_NAME:
        import hashlib

        digest = hashlib.sha256(session_id.encode(errors="surrogatepass")).hexdigest()
        name = f"{name[: LONGEST_NAME - len(digest) - 1]}-{digest}"
    return f"{name}.json"


def _write_beside(path: Path, snapshot: SessionSnapshot) -> Path:
    import tempfile

    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = snapshot.to_json().encode()
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)  # mode 0600
    beside = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def _replace(path: Path, beside: Path) -> None:
    try:
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> bytes | None:
    with suppress(OSError):  # what cannot be removed does no harm
        for left in path.parent.glob(f".{path.name}.*.tmp"):
            if time.time() - left.stat().st_mtime > ABANDONED:
                left.unlink()
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
