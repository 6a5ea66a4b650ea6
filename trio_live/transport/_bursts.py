"""Bursts through trio-websocket's message queue: one wake-up for what one read of the socket yielded.

The library's reader gives up its turn after every message it queues, so a read that holds twenty frames wakes the
session twenty times, and that is half of what a frame costs. Both ends of the queue are made to do better::

    socket ──64 KiB──▶ reader ──frame frame frame …──▶ queue ──all of them──▶ session
                       keeps its turn (`Inbox`)               one wake-up, then without waiting

XX Neither end has a public name. Both are looked up, and a connection that has them no longer is used as it is:
each frame costs a wake-up then, and nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import trio

IN_A_ROW: Final = 64
"""Messages the reader queues before it gives other tasks a turn. A read holds about 24 frames of audio, but many
hundred of a few words each, and other sessions are waiting."""

_SENDING_END = "_send_channel"
_RECEIVING_END = "_recv_channel"


class Inbox:
    """Stands in for the sending end of the queue; all but `send` is the queue's own."""

    def __init__(self, queue: trio.MemorySendChannel[bytes | str]) -> None:
        self._queue = queue
        self._in_a_row = 0

    async def send(self, message: bytes | str) -> None:
        """Queue a message. Waits while the queue is full; otherwise most calls return without giving up the turn.

        Cancellation: the message was not queued.
        """
        self._in_a_row += 1
        if self._in_a_row < IN_A_ROW:
            try:
                self._queue.send_nowait(message)
            except trio.WouldBlock:
                pass
            else:
                return
        self._in_a_row = 0
        await self._queue.send(message)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._queue, name)


def open_for_bursts(connection: object) -> Callable[[], bytes | str] | None:
    """Put an `Inbox` into a trio-websocket connection.

    Returns:
        What takes the next message from the queue, or raises what ``receive_nowait`` of a channel raises; ``None``
        when the connection has no such queue.
    """
    inbox = getattr(connection, _SENDING_END, None)
    if isinstance(inbox, trio.MemorySendChannel):
        setattr(connection, _SENDING_END, Inbox(inbox))
    return getattr(getattr(connection, _RECEIVING_END, None), "receive_nowait", None)
