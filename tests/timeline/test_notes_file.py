"""Notes beside a recording."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from trio_live import ConfigError
from trio_live.state import MemoryJournalSink, State
from trio_live.timeline import Note, read_notes, timeline_of
from trio_live.timeline._notes_file import TOGETHER, NotesFile, notes_of_journal

NOTES = [Note(1.5, "step", {"name": "x", "began": 1.0}), Note(2.0, "event", {"event": "Error", "message": "ü"})]


def test_what_is_written_is_read_and_nobody_else_may(tmp_path: Path) -> None:
    path = tmp_path / "call.notes"
    with NotesFile(path) as file:
        for note in NOTES:
            file.note(note)
    assert read_notes(path) == NOTES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_notes_are_written_together_and_with_a_flush(tmp_path: Path) -> None:
    path = tmp_path / "call.notes"
    with NotesFile(path) as file:
        file.note(NOTES[0])
        assert read_notes(path) == []
        file.flush()
        assert len(read_notes(path)) == 1
        for _ in range(TOGETHER):
            file.note(NOTES[0])
        assert len(read_notes(path)) == TOGETHER + 1


def test_a_line_that_was_not_finished_is_dropped_and_another_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "call.notes"
    with NotesFile(path) as file:
        file.note(NOTES[0])
    whole = path.read_bytes()
    path.write_bytes(whole + b"\n" + whole[:-10])
    assert read_notes(path) == NOTES[:1]
    assert "unfinished" in caplog.text
    path.write_bytes(whole + b'{"at": 1, "kind": "gossip", "data": {}}\n')
    with pytest.raises(ConfigError, match=r"call\.notes, line 2: no note of a call"):
        read_notes(path)


def test_a_disk_that_is_full_at_the_end_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Full:
        def write(self, data: bytes) -> int:
            raise OSError("disk full")

        def close(self) -> None:
            return

    with NotesFile(tmp_path / "call.notes") as file:
        file._file.close()
        file._file = Full()  # type: ignore[assignment]
        file.note(NOTES[0])
    assert "the last notes of a call are not kept: disk full" in caplog.text


def test_a_journal_is_notes_where_it_has_times() -> None:
    sink = MemoryJournalSink()
    timed, untimed = State(clock=lambda: 5.0, sinks=[sink]), State(sinks=[sink])
    timed.set("session:phase", "day")
    untimed.set("lost", 1)
    notes = notes_of_journal(sink.mutations())
    assert [(note.at, note.data["key"], note.data["who"]) for note in notes] == [(5.0, "session:phase", "set")]
    assert [span.kind for span in timeline_of([], notes).of("phase")] == ["day"]
