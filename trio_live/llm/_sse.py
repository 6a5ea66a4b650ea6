"""Server-sent events, as far as a text API uses them: the ``data`` of one after the other."""

from __future__ import annotations

from typing import Final

LARGEST_EVENT: Final = 16 * 1024 * 1024
"""Bytes of one event; a piece of an answer has a few hundred."""


class TooLargeError(ValueError):
    """An event that has no end."""


class EventReader:
    """Puts events together from bytes as they come, however they are cut."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._size = 0

    def feed(self, received: bytes) -> list[bytes]:
        """The data of the events that are complete now, in order.

        Raises:
            TooLargeError: the one that is being read has passed `LARGEST_EVENT`.
        """
        done: list[bytes] = []
        *lines, self._rest = (self._rest + received).replace(b"\r\n", b"\n").split(b"\n")
        for line in lines:
            if line:
                self._take(line)
            elif self._data:
                done.append(self._end())
        if self._size + len(self._rest) > LARGEST_EVENT:
            raise TooLargeError(f"an event of the answer has more than {LARGEST_EVENT} bytes")
        return done

    def end(self) -> list[bytes]:
        """Nothing more comes: the event whose end was left out, if there is one."""
        if self._rest:
            self._take(self._rest.rstrip(b"\r"))
        self._rest = b""
        return [self._end()] if self._data else []

    def _take(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name == b"data":
            value = value.removeprefix(b" ")
            self._data.append(value)
            self._size += len(value)

    def _end(self) -> bytes:
        data, self._data, self._size = b"\n".join(self._data), [], 0
        return data
