"""Notes in a file beside the recording: one line of JSON for each."""

from __future__ import annotations

import json
import logging
import os
from math import isfinite
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from trio_live.errors import ConfigError
from trio_live.state import Mutation
from trio_live.timeline._model import NOTES, Note

logger = logging.getLogger("trio_live.timeline")

TOGETHER: Final = 64
"""Notes that are written at once."""


class NotesFile:
    """Writes what is noted of one call. An existing file is replaced; it can be read by its owner alone."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Make the file.

        Raises:
            OSError: it cannot be written.
        """
        self._file: BinaryIO = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._waiting: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.flush()
        except OSError as problem:
            logger.error("the last notes of a call are not kept: %s", problem)  # noqa: TRY400
        finally:
            self._file.close()

    def note(self, note: Note) -> None:
        """Keep a note; it is written with others.

        Raises:
            OSError: the disk refused.
        """
        line = {"at": round(note.at, 6), "kind": note.kind, "data": note.data}
        self._waiting.append(json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=repr).encode() + b"\n")
        if len(self._waiting) >= TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the operating system.

        Raises:
            OSError: the disk refused.
        """
        lines, self._waiting = self._waiting, []
        self._file.write(b"".join(lines))
        self._file.flush()


def read_notes(path: str | os.PathLike[str]) -> list[Note]:
    """Read what `Live.record_notes` wrote. Blank lines are skipped, and so is a last one that was not finished.

    Raises:
        OSError: the file cannot be read.
        ConfigError: a line is no note; it is named, counted from 1.
    """
    notes: list[Note] = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(keepends=True), 1):
        if not line.strip():
            continue
        try:
            notes.append(_note(json.loads(line)))
        except (ValueError, RecursionError) as problem:
            if line.endswith(b"\n"):
                raise ConfigError(f"{os.fspath(path)}, line {number}: no note of a call ({problem})") from None
            logger.warning("%s: dropped the unfinished last line (%d)", os.fspath(path), number)
    return notes


def _note(found: object) -> Note:
    match found:
        case {"at": int() | float() as at, "kind": str(kind), "data": dict(data)} if kind in NOTES and isfinite(at):
            return Note(float(at), kind, data)
        case _:
            raise ValueError("at, kind or data is missing, or of another kind")


def notes_of_journal(mutations: list[Mutation]) -> list[Note]:
    """The changes of a State as notes; those without a time stamp cannot be placed, and are left out."""
    return [
        Note(each.timestamp, "mutation", {**each.to_json(), "who": str(each.origin)})
        for each in mutations
        if each.timestamp is not None
    ]
