"""What a server says to the request for an upgrade, whichever library takes it apart."""

from __future__ import annotations

import math
import re
from typing import Final

import trio

from trio_live.transport._socket._limits import WORDS_WITHIN
from trio_live.transport._socket._line import Line

BLANK_LINE: Final = b"\r\n\r\n"
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])\b")
_SWITCHING: Final = 101


class Answer:
    """Reads an answer from a line, and ends one that is a refusal.

    A refusal tells its status first and its words behind it. They may have no length and the connection may be kept
    open, so a library that reads them to their end would wait until the dial is given up, and the status would never be
    told. Here they end after `WORDS_WITHIN`, as if the server had hung up.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._ends_at = math.inf
        self.said = b""
        """What was read: all of a refusal, and at least the head of everything else."""

    async def receive(self) -> bytes:
        """What has come since; empty at the end.

        Raises:
            trio.BrokenResourceError: the connection broke.
            trio.ClosedResourceError: this side has closed it.

        Cancellation: nothing is lost.
        """
        data = b""
        with trio.move_on_at(self._ends_at):
            data = await self._line.receive()
        self.said += data
        if self._ends_at == math.inf and self.refusal_status() is not None:
            self._ends_at = trio.current_time() + WORDS_WITHIN
        return data

    def refusal_status(self) -> int | None:
        """The HTTP status, once the head is whole, unless it is the one of an upgrade."""
        status = _STATUS.match(self.said)
        if status is None or BLANK_LINE not in self.said or int(status[1]) == _SWITCHING:
            return None
        return int(status[1])

    def words(self) -> bytes:
        """The body, as it came."""
        return self.said.partition(BLANK_LINE)[2]
