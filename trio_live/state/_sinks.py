"""Where mutations go to outlive the ring.

A sink runs inside every write, so it must be cheap; `State` catches and counts what it raises. A sink sees keys that
are redacted with their values masked.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

from trio_live._typing import Seconds
from trio_live.state._mutation import Mutation

FLUSH_SECONDS: Final = 1.0
"""The longest time, by the mutations' own stamps, that a record waits in memory for the next one."""

_logger = logging.getLogger(__name__)


class JournalSink(Protocol):
    """Receives every mutation of a State, in order of their sequences.

    Both methods are called with the State's lock held: they must not block for long, and cannot write to that State.
    """

    def record(self, mutation: Mutation) -> None:
        """Keep one mutation."""

    def flush(self) -> None:
        """Bring everything recorded to where it is safe."""


class MemoryJournalSink:
    """Keeps everything, in memory, without limit: for tests and short runs."""

    def __init__(self) -> None:
        self._mutations: list[Mutation] = []

    def __len__(self) -> int:
        return len(self._mutations)

    def record(self, mutation: Mutation) -> None:
        """Keep one mutation."""
        self._mutations.append(mutation)

    def flush(self) -> None:
        """Nothing to do: memory is as safe as this sink gets."""

    def mutations(self) -> list[Mutation]:
        """Everything recorded so far, oldest first."""
        return list(self._mutations)


class FileJournalSink:
    """Appends each mutation as one line of JSON; `read_journal` reads it back.

    An existing file is continued, minus a last line that a crash left unfinished: what a process wrote before it
    died is often the reason to keep a journal. Sequences start again at 1 with every new State. New files are
    readable by their owner only.

    Use it as a context manager around the session: closing flushes. The records of one second at most wait in
    memory; without stamps (a State without clock) every record is flushed.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the file.

        Raises:
            OSError: It cannot be opened for writing.
        """
        self._file: BinaryIO = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        self._flushed_at: Seconds | None = None
        _cut_unfinished_line(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def record(self, mutation: Mutation) -> None:
        """Write a mutation as one line; flush if the last flush is a second or more away.

        Raises:
            OSError: The disk refused.
            ValueError: The sink is closed.
        """
        line = json.dumps(mutation.to_json(), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self._file.write(line.encode() + b"\n")
        now, last = mutation.timestamp, self._flushed_at
        # A clock that was set back must not stop the flushing.
        if now is None or last is None or not 0 <= now - last < FLUSH_SECONDS:
            self._file.flush()
            self._flushed_at = now

    def flush(self) -> None:
        """Hand everything to the operating system; nothing happens once closed.

        Raises:
            OSError: The disk refused.
        """
        if not self._file.closed:
            self._file.flush()

    def close(self) -> None:
        """Flush and close. Closing twice is fine.

        Raises:
            OSError: The disk refused the last records.
        """
        self._file.close()


def read_journal(path: str | os.PathLike[str], *, allow_torn: bool = False) -> list[Mutation]:
    """Read what a `FileJournalSink` wrote. Blank lines are skipped.

    Args:
        path: The file.
        allow_torn: Drop a last line without line end that cannot be read, with a warning in the log: the trace of a
            process that died while writing.

    Raises:
        OSError: The file cannot be read.
        ValueError: A line is no mutation; names the line, counted from 1.
    """
    mutations: list[Mutation] = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(keepends=True), 1):
        if not line.strip():
            continue
        try:
            mutations.append(Mutation.from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if not allow_torn or line.endswith(b"\n"):
                raise ValueError(f"{os.fspath(path)}, line {number}: not a mutation ({error})") from error
            _logger.warning("%s: dropped the unfinished last line (%d)", os.fspath(path), number)
    return mutations


def _cut_unfinished_line(file: BinaryIO) -> None:
    """Leave the file ending with a line end, and positioned there."""
    end = file.seek(0, os.SEEK_END)
    while end:
        file.seek(end - 1)
        if file.read(1) == b"\n":
            break
        end -= 1
    file.truncate(end)
    file.seek(end)
