"""Reading a recording."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from trio_live.errors import ConfigError
from trio_live.recording._entries import WireEntry, from_line

logger = logging.getLogger("trio_live.recording")


def read_recording(path: str | os.PathLike[str], *, allow_torn: bool = True) -> list[WireEntry]:
    """Read what a session recorded. Blank lines are skipped.

    Args:
        path: the file.
        allow_torn: drop a last line without line end that cannot be read, with a warning in the log: the trace of a
            process that died while writing.

    Raises:
        OSError: the file cannot be read.
        ConfigError: a line is no entry; it is named, counted from 1.
    """
    entries: list[WireEntry] = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(keepends=True), 1):
        if not line.strip():
            continue
        try:
            entries.append(from_line(line))
        except (ValueError, RecursionError) as problem:
            if not allow_torn or line.endswith(b"\n"):
                raise ConfigError(f"{os.fspath(path)}, line {number}: no frame of a recording ({problem})") from None
            logger.warning("%s: dropped the unfinished last line (%d)", os.fspath(path), number)
    return entries
