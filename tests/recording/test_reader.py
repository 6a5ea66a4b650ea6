from __future__ import annotations

from pathlib import Path

import pytest

from trio_live import ConfigError
from trio_live.recording import WireDirection, WireEntry, read_recording

FIRST, SECOND = (WireEntry(number, WireDirection.IN, number, b"{}") for number in (1, 2))


def test_blank_lines_are_skipped(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    path.write_bytes(b"\n" + FIRST.to_line() + b"  \n\n" + SECOND.to_line() + b"\n")
    assert read_recording(path) == [FIRST, SECOND]


@pytest.mark.parametrize("cut", range(1, len(SECOND.to_line())))
def test_a_torn_last_line_is_dropped_with_a_warning(cut: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "call.jsonl"
    path.write_bytes(FIRST.to_line() + SECOND.to_line()[:cut])
    whole = cut == len(SECOND.to_line()) - 1  # only its end is missing
    assert read_recording(path) == ([FIRST, SECOND] if whole else [FIRST])
    assert ("dropped the unfinished last line (2)" in caplog.text) is not whole


def test_it_is_an_error_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    path.write_bytes(FIRST.to_line() + b'{"seq":2')
    with pytest.raises(ConfigError, match="line 2: no frame of a recording"):
        read_recording(path, allow_torn=False)


def test_another_damaged_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "call.jsonl"
    path.write_bytes(b"\n" + b"half\n" + SECOND.to_line())
    with pytest.raises(ConfigError, match=r"call\.jsonl, line 2: no frame"):
        read_recording(path)
