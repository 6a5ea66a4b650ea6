"""Who keeps the frames of a session. Called in passing with every frame: what they do is done at once."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self, runtime_checkable

from trio_live._typing import Seconds
from trio_live.recording._entries import WireDirection, WireEntry, lines_of

logger = logging.getLogger("trio_live.recording")

TOGETHER: Final = 32
"""Frames that are written at once: a write costs about as much as four frames cost otherwise."""


@runtime_checkable
class WireRecorder(Protocol):
    """Keeps frames. What its methods raise is logged once, and the session goes on without."""

    def record(self, direction: WireDirection, payload: bytes, now: Seconds) -> None:
        """Keep one frame, the end of a connection, or what the program asked for. Must not block for long.

        Args:
            direction: which way it went.
            payload: the frame as it is on the wire; of anything else, what is to be kept of it.
            now: seconds since the epoch.
        """
        ...

    def flush(self) -> None:
        """Bring everything to where it is safe: called each second, and when a connection ends."""
        ...


class MemoryWireRecorder:
    """Keeps everything in memory, without limit: for tests and short runs."""

    def __init__(self) -> None:
        self._entries: list[WireEntry] = []

    def __len__(self) -> int:
        return len(self._entries)

    def record(self, direction: WireDirection, payload: bytes, now: Seconds) -> None:
        """Keep one frame, the payload."""
        self._entries.append(WireEntry(len(self._entries) + 1, direction, round(1000 * now), payload))

    def flush(self) -> None:
        """Nothing to do: memory is as safe as this recorder gets."""

    def entries(self) -> list[WireEntry]:
        """Everything recorded so far, oldest first."""
        return list(self._entries)


class FileWireRecorder:
    """Writes each frame as one line of JSON; `read_recording` reads it back.

    An existing file is replaced. It can be read by its owner alone, since it holds voices and words. `Live.record_wire`
    makes one of these for a session and closes it; whoever makes one closes it, too.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Make the file.

        Raises:
            OSError: it cannot be written.
        """
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file: BinaryIO = os.fdopen(number, "wb")
        self._path = path
        self._waiting: list[tuple[WireDirection, bytes, Seconds]] = []
        self._written = 0
        self.errors = 0
        """Frames that could not be kept."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def record(self, direction: WireDirection, payload: bytes, now: Seconds) -> None:
        """Keep one frame, the payload. It is written with others, once there are `TOGETHER`, or with the next `flush`."""
        self._waiting.append((direction, payload, now))
        if len(self._waiting) >= TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Hand everything to the operating system. A disk that refuses is logged once, and what it refused counted."""
        if not self._waiting:
            return
        frames, self._waiting = self._waiting, []
        lines = lines_of(self._written + 1, frames)
        self._written += len(frames)
        try:
            self._file.write(lines)
            self._file.flush()
        except (OSError, ValueError) as problem:
            if not self.errors:
                logger.error("%s: frames are not recorded any more: %s", os.fspath(self._path), problem)  # noqa: TRY400
            self.errors += len(frames)

    def close(self) -> None:
        """Flush and close. Closing twice is fine."""
        self.flush()
        with suppress(OSError):  # what is left was told of already
            self._file.close()
