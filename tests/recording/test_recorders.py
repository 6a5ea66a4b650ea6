from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from trio_live.recording import FileWireRecorder, MemoryWireRecorder, WireDirection, WireEntry, read_recording

IN, OUT = WireDirection.IN, WireDirection.OUT


def test_frames_are_numbered_and_stamped() -> None:
    recorder = MemoryWireRecorder()
    recorder.record(OUT, b"a", 1.2345)
    recorder.record(IN, b"b", 2)
    recorder.flush()
    assert len(recorder) == 2
    assert recorder.entries() == [WireEntry(1, OUT, 1234, b"a"), WireEntry(2, IN, 2000, b"b")]


def test_a_file_holds_what_memory_would(tmp_path: Path) -> None:
    path, memory = tmp_path / "call.jsonl", MemoryWireRecorder()
    path.write_text("what was there before", encoding="utf-8")
    with FileWireRecorder(path) as file:
        for recorder in (file, memory):
            recorder.record(OUT, b"a", 1)
            recorder.record(IN, b"\xff" * 5000, 2)
        file.flush()
        assert read_recording(path) == memory.entries()
    file.close()
    file.flush()
    assert read_recording(path) == memory.entries()


def test_only_the_owner_reads_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    FileWireRecorder(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")  # noqa: PTH110
def test_a_full_disk_is_told_once_and_fails_nobody(caplog: pytest.LogCaptureFixture) -> None:
    recorder = FileWireRecorder("/dev/full")
    for _ in range(3):
        recorder.record(IN, bytes(1_000_000), 1)
        recorder.flush()
    recorder.close()
    assert recorder.errors > 1
    assert caplog.text.count("frames are not recorded any more: [Errno 28] No space left on device") == 1


def test_a_recorder_that_is_closed_fails_nobody(tmp_path: Path) -> None:
    recorder = FileWireRecorder(tmp_path / "call.jsonl")
    recorder.close()
    recorder.record(IN, b"{}", 1)
    recorder.flush()
    assert recorder.errors == 1
