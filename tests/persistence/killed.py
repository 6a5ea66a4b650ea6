"""A process that holds a call, is killed with SIGKILL at a random moment, and is started again; many times over.

``python -m tests.persistence.killed fs|sqlite FOLDER TIMES SEED``. What starts the processes has imported everything
already and forks them, so that a second is enough for several. After each kill what is on the disk is read without any
code of the back end; the next process must go on from exactly that.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import trio

from tests.peer import builder, call, heard, resumable, said, settled, turn_complete
from trio_live import Live, SessionWriter, State
from trio_live.persistence import FsPersistence, SessionPersistence, SessionSnapshot, SqlitePersistence

BULK = "x" * 100_000
"""Makes a write long enough to be killed in the middle of it."""


def backend_of(kind: str, folder: Path) -> SessionPersistence:
    return FsPersistence(folder) if kind == "fs" else SqlitePersistence(folder / "sessions.db")


def on_the_disk(kind: str, folder: Path) -> SessionSnapshot | None:
    """What a stranger finds there."""
    if kind == "fs":
        path = folder / "default.json"
        return SessionSnapshot.from_json(path.read_bytes()) if path.exists() else None
    if not (folder / "sessions.db").exists():
        return None
    with closing(sqlite3.connect(folder / "sessions.db")) as file:
        tables = file.execute("SELECT name FROM sqlite_master").fetchall()
        row = file.execute("SELECT snapshot FROM snapshots").fetchone() if tables else None
    return None if row is None else SessionSnapshot.from_json(row[0])


def agent(backend: SessionPersistence) -> Live:
    async def count(state: State, _: SessionWriter) -> None:
        state.modify("app:count", 0, lambda number: number + 1)
        state.set("app:bulk", BULK)

    live = builder().persistence(backend).session_resume().transcription().on_turn_boundary(count)
    return (
        live.phase("even")
        .instruction("Even.")
        .transition("odd", lambda _: True)
        .done()
        .phase("odd")
        .instruction("Odd.")
        .transition("even", lambda _: True)
        .done()
        .initial_phase("even")
    )


def check(found: SessionSnapshot | None) -> int:
    """What a snapshot must be like, whenever the process was killed; returns its turns."""
    if found is None:
        return 0
    turns = found.turn_count
    assert found.state.get("app:count", 0) == turns
    assert found.phase == ("even", "odd")[turns % 2]
    assert not found.transcript or found.transcript[-1].turn_number == turns - 1
    assert handle_of(found) <= turns
    return turns


def handle_of(found: SessionSnapshot | None) -> int:
    """The number of the handle that is kept; 0 for none."""
    return int(found.resume_handle.partition("-")[2]) if found is not None and found.resume_handle else 0


async def talk(backend: SessionPersistence, expected: SessionSnapshot | None, begun: int) -> None:
    """Go on from what is there, and talk until somebody kills this process."""
    async with call(agent(backend)) as (session, peer):
        turns = check(expected)
        handle = None if expected is None else expected.resume_handle
        assert peer.setup["sessionResumption"] == ({} if handle is None else {"handle": handle})
        assert session.state.get("session:turn_count", 0) == turns
        assert session.state.get("app:count", 0) == turns
        assert session.conversation_phase == ("even", "odd")[turns % 2]
        os.write(begun, b"!")
        while True:
            turns += 1
            await peer.send(heard("And then?"), said(f"Turn {turns}."), turn_complete())
            await settled()
            await peer.send(resumable(f"handle-{turns}"))
            await trio.sleep(0.01)  # the thread that writes needs the interpreter, too


def live_and_die(kind: str, folder: Path, seconds: float, expected: SessionSnapshot | None) -> None:
    """One process, from fork to kill, so many seconds after it has begun to talk; before 0, while it begins."""
    ready, begun = os.pipe()
    child = os.fork()
    if not child:
        try:
            trio.run(talk, backend_of(kind, folder), expected, begun)
        finally:
            os.kill(os.getpid(), signal.SIGABRT)  # it has a traceback, and nobody killed it
    os.close(begun)
    if seconds >= 0:
        os.read(ready, 1)
    time.sleep(abs(seconds))
    os.close(ready)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "the process ended before it was killed"


def main(kind: str, folder: Path, times: int, seed: int) -> None:
    """Kill so many processes."""
    chance = random.Random(seed)  # noqa: S311  # no secret: a moment
    tempfile.gettempdir()  # looked up once, here, and not by each process
    before = on_the_disk(kind, folder)
    for _ in range(times):
        live_and_die(kind, folder, chance.uniform(-0.03, 0.3), before)
        after = on_the_disk(kind, folder)
        assert check(after) >= check(before), "turns that were saved are lost"
        assert handle_of(after) >= handle_of(before), "a handle that was saved is lost"
        before = after
    print(f"{times} processes, {check(before)} turns")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
