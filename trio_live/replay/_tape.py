"""The server of a replay: recorded frames, at their recorded times, each when the one before has been handled.

::

    recorded   ──A────B─C──────────────D──▶      time of the recording
    replayed   ──A────B─C──────────────D──▶      time of Trio's clock

What the program asked for comes between them, at its time. Before a frame is given out, its time has come, and every
other task waits for something: the lanes have done with what came before. On a clock that jumps (`trio.testing.MockClock`) neither takes any time, and timers of the session fall
between the same two frames as they did.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import trio
from trio.testing import wait_all_tasks_blocked

from trio_live._typing import Seconds
from trio_live.errors import ConnectError, LinkLost
from trio_live.recording import WireDirection, WireEntry
from trio_live.replay._connections import Connection
from trio_live.transport import Frames, Transport

INSTANT: Final[Seconds] = 1e-6
"""Between a frame and what the program asked for in the same millisecond."""


class Tape:
    """The connections of a recording, dialled one after the other.

    Args:
        connections: of the recording.
        entries: all of it.
    """

    def __init__(self, connections: Sequence[Connection], entries: Sequence[WireEntry]) -> None:
        self._waiting = list(connections)
        self._is_dialled = False
        self._released = trio.Event()
        self.asked = trio.Event()
        """Everything the program asked for was asked again."""
        if all(entry.direction is not WireDirection.APP for entry in entries):
            self.asked.set()
        self.drained = trio.Event()
        """Every frame was given out and handled, and the recorded session is over."""
        self.sent: list[bytes] = []
        """Every frame of the session that is replayed."""
        first = next(entry for each in connections for entry in (*each.outgoing, *each.incoming))
        self._began_ms = min([first.ts_ms, *(each.ts_ms for one in connections for each in one.incoming[:1])])
        self._since = _times(entries, self._began_ms)
        self._origin: Seconds = trio.current_time()
        self._last: Seconds = 0.0
        """When what was given out last was recorded, from the beginning."""

    @asynccontextmanager
    async def dial(self) -> AsyncGenerator[Transport, None]:
        """The next connection.

        Raises:
            ConnectError: there is none.
        """
        if not self._waiting:
            self.drained.set()
            raise ConnectError("the recording has no further connection")
        await trio.lowlevel.checkpoint()
        connection = self._waiting.pop(0)
        if self._is_dialled and connection.first is not None:
            await self.wait_for(connection.first, gated=True)  # not sooner than it was dialled, whatever chance says
        self._is_dialled = True
        yield TapeTransport(self, connection)

    def release(self) -> None:
        """Let what comes behind the first handshake flow. The time until now is not counted."""
        if not self._released.is_set():
            self._origin = max(self._origin, trio.current_time() - self._last)
            self._released.set()

    def wall_clock(self) -> Seconds:
        """Seconds since the epoch, as they were when it was recorded."""
        return self._began_ms / 1000 + trio.current_time() - self._origin

    async def wait_for(self, entry: WireEntry, *, gated: bool) -> None:
        """Wait until the time of an entry has come, and everything before it has been handled.

        Args:
            entry: what is to be given out.
            gated: whether it has to wait for the release.

        Cancellation: harmless.
        """
        if gated:
            await self._released.wait()
        since = self._since[entry.seq]
        await trio.sleep_until(self._origin + since)
        await wait_all_tasks_blocked()
        self._last = since

    @property
    def is_last(self) -> bool:
        """Whether nobody can be dialled any more."""
        return not self._waiting


def _times(entries: Sequence[WireEntry], began_ms: int) -> dict[int, Seconds]:
    """The number of each entry → its time, from the beginning.

    Never before that of the entry before it, whatever the clock of the recording did. What the program asked for in the
    millisecond of a frame of the server comes after it, or before, as it was recorded: an instant apart.
    """
    found: dict[int, Seconds] = {}
    latest, asked = 0.0, False
    for entry in entries:
        since, asks = (entry.ts_ms - began_ms) / 1000, entry.direction in (WireDirection.APP, WireDirection.OUT)
        if asks != asked and since <= latest:
            since = latest + INSTANT
        found[entry.seq] = latest = max(latest, since)
        asked = asks
    return found


class TapeTransport:
    """One recorded connection."""

    def __init__(self, tape: Tape, connection: Connection) -> None:
        self._tape = tape
        self._connection = connection
        self._given = 0
        self._is_open = False
        """Whether the handshake is over."""
        self._is_closed = trio.Event()

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`. Keeps what is sent; nobody reads it."""
        await trio.lowlevel.checkpoint()
        for frame in frames:
            self.send_now(frame)

    def send_now(self, frame: bytes | str) -> bool:
        """See `SendsNow.send_now`."""
        if self._is_closed.is_set():
            raise LinkLost(1000, "closed by this side")
        self._tape.sent.append(frame.encode() if isinstance(frame, str) else frame)
        return True

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        incoming = self._connection.incoming
        if self._given == len(incoming):
            await self._end()
        entry = incoming[self._given]
        await self._tape.wait_for(entry, gated=self._is_open)
        self._given += 1
        self._is_open = self._is_open or b"setupComplete" in entry.payload or b"setup_complete" in entry.payload
        return [entry.payload]

    async def _end(self) -> None:
        end = self._connection.end
        if end is None:
            if self._tape.is_last:
                await self._tape.asked.wait()
            await wait_all_tasks_blocked()
        else:
            await self._tape.wait_for(end, gated=self._is_open)
        if self._tape.is_last:
            self._tape.drained.set()
        if end is not None and end.close is not None and not self._connection.ended_here:
            raise LinkLost(*end.close)
        if self._connection.ended_here and not self._tape.is_last and not self._is_closed.is_set():
            raise LinkLost(1006, "the recorded session left this connection for another one")
        await self._is_closed.wait()
        raise LinkLost(1000, "closed by this side")

    async def aclose(self) -> None:
        """See `Transport.aclose`."""
        self._is_closed.set()
        await trio.lowlevel.checkpoint()
