from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from tests.persistence.snapshots import FULL, names_in, snapshot
from trio_live.errors import PersistenceError, SnapshotUnreadable
from trio_live.persistence import FsPersistence
from trio_live.persistence._fs import ABANDONED, LONGEST_NAME, file_name

TEXTS = st.text(st.characters(exclude_categories=()), min_size=1, max_size=300)


@given(TEXTS)
def test_a_name_is_nothing_but_a_name(session_id: str) -> None:
    name = file_name(session_id)
    assert Path(name).name == name
    assert not name.startswith(".")
    assert len(name.encode()) <= LONGEST_NAME + len(".json")
    assert name.isascii()


@given(TEXTS, TEXTS)
def test_two_ids_have_two_names(one: str, other: str) -> None:
    assert (file_name(one) == file_name(other)) == (one == other)


def test_no_id_is_no_name() -> None:
    with pytest.raises(ValueError, match="empty"):
        file_name("")


async def test_only_the_owner_reads_what_was_said(tmp_path: Path) -> None:
    backend = FsPersistence(tmp_path / "sessions")
    await backend.save("a", FULL)
    assert stat.S_IMODE(backend.path("a").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "sessions").stat().st_mode) == 0o700
    assert names_in(tmp_path / "sessions") == ["a.json"]


async def test_a_damaged_file_is_told_by_its_path_and_left_alone(tmp_path: Path) -> None:
    backend = FsPersistence(tmp_path)
    backend.path("a").write_text('{"version": 1, "state"', encoding="utf-8")
    with pytest.raises(SnapshotUnreadable, match=r"a\.json cannot be used: it is no snapshot"):
        await backend.load("a")
    assert backend.path("a").exists()


async def test_a_full_disk_leaves_the_old_snapshot_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = FsPersistence(tmp_path)
    await backend.save("a", snapshot(1))

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PersistenceError, match=r"a\.json cannot be written: No space left on device"):
        await backend.save("a", snapshot(2))
    assert await backend.load("a") == snapshot(1)
    assert names_in(tmp_path) == ["a.json"]


async def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    backend = FsPersistence(tmp_path / "taken")
    with pytest.raises(PersistenceError, match="cannot be written"):
        await backend.save("a", FULL)
    with pytest.raises(PersistenceError, match="cannot be read: Not a directory"):
        await backend.load("a")
    with pytest.raises(PersistenceError, match="cannot be removed"):
        await backend.delete("a")


async def test_what_a_dead_process_left_unfinished_is_removed_in_time(tmp_path: Path) -> None:
    backend = FsPersistence(tmp_path)
    old, young, foreign = tmp_path / ".a.json.1.tmp", tmp_path / ".a.json.2.tmp", tmp_path / ".b.json.1.tmp"
    for path in (old, young, foreign):
        path.write_text("half", encoding="utf-8")
    for path in (old, foreign):
        os.utime(path, (time.time() - 2 * ABANDONED,) * 2)
    await backend.load("a")
    assert [path.exists() for path in (old, young, foreign)] == [False, True, True]


async def test_an_older_write_that_hangs_never_comes_over_a_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that hangs must not hold up the end of a session, nor undo what was saved there."""
    import threading

    backend = FsPersistence(tmp_path)
    stuck, let_go, real = threading.Event(), threading.Event(), os.fsync

    def slow(number: int) -> None:
        if not stuck.is_set():
            stuck.set()
            let_go.wait(10)
        real(number)

    monkeypatch.setattr(os, "fsync", slow)
    with trio.move_on_after(0.05) as patience:
        await backend.save("a", snapshot(1))
    assert patience.cancelled_caught
    await trio.to_thread.run_sync(stuck.wait)
    await backend.save("a", snapshot(2))
    let_go.set()
    with trio.fail_after(10):
        while names_in(tmp_path) != ["a.json"]:  # noqa: ASYNC110  # a thread ends, and tells nobody
            await trio.sleep(0.001)
    assert await backend.load("a") == snapshot(2)


async def test_a_reader_sees_the_old_or_the_new_one_whole(tmp_path: Path) -> None:
    backend = FsPersistence(tmp_path)
    await backend.save("a", snapshot(0, size=200_000))
    numbers: list[int] = []

    async def read() -> None:
        for _ in range(30):
            kept = await backend.load("a")
            assert kept is not None
            numbers.append(kept.turn_count)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        for number in range(1, 15):
            await backend.save("a", snapshot(number, size=200_000))
    assert numbers == sorted(numbers)
