"""What holds for every back end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trio

from tests.persistence.snapshots import FULL, names_in, snapshot
from trio_live.persistence import FsPersistence, MemoryPersistence, SessionPersistence, SqlitePersistence

BACKENDS: dict[str, Callable[[Path], SessionPersistence]] = {
    "memory": lambda _: MemoryPersistence(),
    "fs": lambda folder: FsPersistence(folder / "deep" / "down"),
    "sqlite": lambda folder: SqlitePersistence(folder / "deep" / "sessions.db"),
}
IDS = ["a", "A", "../../etc/passwd", "..", ".", "/", "a/b", "a%2Fb", "ü", "\ud800", "x" * 5000, "\0", "[a]*?", " "]


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> SessionPersistence:
    return BACKENDS[request.param](tmp_path / "kept")


async def test_what_was_saved_is_loaded(backend: SessionPersistence) -> None:
    assert isinstance(backend, SessionPersistence)
    assert await backend.load("a") is None
    await backend.save("a", FULL)
    assert await backend.load("a") == FULL
    await backend.save("a", snapshot(2))
    assert await backend.load("a") == snapshot(2)


async def test_sessions_are_told_apart_whatever_they_are_called(backend: SessionPersistence, tmp_path: Path) -> None:
    for number, name in enumerate(IDS):
        await backend.save(name, snapshot(number))
    for number, name in enumerate(IDS):
        assert await backend.load(name) == snapshot(number)
    assert names_in(tmp_path) in ([], ["kept"])


async def test_a_session_is_forgotten(backend: SessionPersistence) -> None:
    await backend.delete("a")
    await backend.save("a", FULL)
    await backend.delete("a")
    assert await backend.load("a") is None
    await backend.save("a", FULL)
    assert await backend.load("a") == FULL


async def test_nobody_holds_what_another_has(backend: SessionPersistence) -> None:
    kept = snapshot(1)
    await backend.save("a", kept)
    kept.state["number"] = 99
    loaded = await backend.load("a")
    assert loaded is not None
    assert loaded.state["number"] == 1
    loaded.state["number"] = 100
    assert await backend.load("a") == snapshot(1)


async def test_a_cancelled_call_does_nothing_or_all(backend: SessionPersistence) -> None:
    await backend.save("a", snapshot(1))
    with trio.CancelScope() as scope:
        scope.cancel()
        await backend.save("a", snapshot(2))
    with trio.CancelScope() as scope:
        scope.cancel()
        await backend.load("a")
    with trio.CancelScope() as scope:
        scope.cancel()
        await backend.delete("a")
    assert await backend.load("a") == snapshot(1)
