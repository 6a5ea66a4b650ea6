"""Handles with which a session is continued on another connection."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import attrs

from trio_live.emulator._mind import Memory
from trio_live.emulator._refusals import INTERNAL, INTERNAL_ERROR, POLICY, UNKNOWN_HANDLE, Refused
from trio_live.emulator._usage import Context

MOST_HANDLES: Final = 10_000
"""Older handles are forgotten; an emulator that runs for weeks must not grow."""


@attrs.frozen
class Snapshot:
    """What a handle stands for."""

    owner: int
    """The connection that was given the handle."""
    memory: Memory
    context: Context


class Handles:
    """All handles an emulator has given out."""

    def __init__(self) -> None:
        self._snapshots: OrderedDict[str, Snapshot] = OrderedDict()
        self._open: set[int] = set()

    def connected(self, connection: int) -> None:
        """A connection has begun."""
        self._open.add(connection)

    def ended(self, connection: int) -> None:
        """A connection is over; from now on its handles may be used."""
        self._open.discard(connection)

    def keep(self, handle: str, snapshot: Snapshot) -> None:
        """Remember what a new handle stands for."""
        self._snapshots[handle] = snapshot
        if len(self._snapshots) > MOST_HANDLES:
            self._snapshots.popitem(last=False)

    def take(self, handle: str) -> Snapshot:
        """What a handle stands for.

        Raises:
            Refused: nobody knows the handle, or the session it belongs to is still connected.
        """
        snapshot = self._snapshots.get(handle)
        if snapshot is None:
            raise Refused(POLICY, UNKNOWN_HANDLE)
        if snapshot.owner in self._open:
            raise Refused(INTERNAL, INTERNAL_ERROR)
        return snapshot
