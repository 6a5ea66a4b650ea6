from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
import trio

from tests.persistence.snapshots import FULL, names_in, snapshot
from trio_live.errors import PersistenceError, SnapshotUnreadable
from trio_live.persistence import SqlitePersistence


async def test_many_sessions_stand_in_one_file_of_the_owner(tmp_path: Path) -> None:
    backend = SqlitePersistence(tmp_path / "sessions.db")
    async with trio.open_nursery() as nursery:
        for number in range(10):
            nursery.start_soon(backend.save, str(number), snapshot(number))
    assert [await backend.load(str(number)) for number in range(10)] == [snapshot(number) for number in range(10)]
    assert stat.S_IMODE((tmp_path / "sessions.db").stat().st_mode) == 0o600
    with sqlite3.connect(tmp_path / "sessions.db") as file:
        assert file.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    file.close()


async def test_looking_makes_no_file(tmp_path: Path) -> None:
    backend = SqlitePersistence(tmp_path / "sessions.db")
    assert await backend.load("a") is None
    await backend.delete("a")
    assert names_in(tmp_path) == []


async def test_a_damaged_snapshot_is_told_by_its_name(tmp_path: Path) -> None:
    backend = SqlitePersistence(tmp_path / "sessions.db")
    await backend.save("a", FULL)
    with sqlite3.connect(tmp_path / "sessions.db") as file:
        file.execute("UPDATE snapshots SET snapshot = 'half'")
    file.close()
    with pytest.raises(SnapshotUnreadable, match=r"'a' in .*sessions\.db cannot be used"):
        await backend.load("a")


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    path.write_text("a diary, and no database at all", encoding="utf-8")
    backend = SqlitePersistence(path)
    for operation in (backend.load("a"), backend.save("a", FULL), backend.delete("a")):
        with pytest.raises(PersistenceError, match="not a database"):
            await operation
    assert path.read_text(encoding="utf-8").startswith("a diary")
