"""Snapshots for tests."""

from __future__ import annotations

from pathlib import Path

from trio_live.conversation import TranscriptTurn
from trio_live.events import ToolCallSummary
from trio_live.persistence import SessionSnapshot

FULL = SessionSnapshot(
    saved_at="2026-01-02T03:04:05.678+00:00",
    model="models/m",
    phase="day",
    turn_count=7,
    resume_handle="h-1",
    resume_handle_at="2026-01-02T03:04:00.000+00:00",
    transcript_summary="User: hello\n\n",
    transcript=(TranscriptTurn(6, "hello", "Hi.", (ToolCallSummary("find", "{}", "[1]"),), 1767323045.25),),
    state={"app:name": "Ünal", "app:list": [1, 2.5, None, {"a": True}]},
)


def snapshot(number: int, *, size: int = 0) -> SessionSnapshot:
    return SessionSnapshot(
        saved_at="2026-01-02T03:04:05+00:00", turn_count=number, state={"number": number, "bulk": "x" * size}
    )


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())
