"""ResumptionHandles with which a session is continued on another connection."""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._persona import Memory
from trio_live.emulator._service import (
    INTERNAL,
    INTERNAL_ERROR,
    INVALID,
    INVALID_HANDLE,
    LIMITS,
    POLICY,
    UNKNOWN_HANDLE,
    Context,
    Refused,
    invalid,
)
from trio_live.wire._internal import memory_size

MOST_HANDLES: Final = LIMITS["handles"].most
"""Older handles are forgotten; an emulator that runs for weeks must not grow."""


@attrs.frozen
class Snapshot:
    """What a handle stands for."""

    owner: int
    """The connection that was given the handle."""
    memory: Memory
    context: Context
    model: str = ""
    """The only setting that a resumed session cannot change."""
    lifetime: Seconds = math.inf
    """How long it can be resumed after its connection has ended."""


class ResumptionHandles:
    """All handles an emulator has given out. Instants are those of Trio's clock."""

    def __init__(self) -> None:
        self._snapshots: OrderedDict[str, Snapshot] = OrderedDict()
        self._sizes: dict[str, int] = {}
        self._size = 0
        """Bytes of all snapshots, as if none shared anything with another."""
        self._open: set[int] = set()
        self._ended: OrderedDict[int, float] = OrderedDict()

    def connected(self, connection: int) -> None:
        """A connection has begun."""
        self._open.add(connection)

    def ended(self, connection: int, now: float) -> None:
        """A connection is over; from now on its handles may be used, for as long as they live."""
        self._open.discard(connection)
        self._ended[connection] = now
        if len(self._ended) > MOST_HANDLES:
            self._ended.popitem(last=False)

    def keep(self, handle: str, snapshot: Snapshot) -> None:
        """Remember what a new handle stands for."""
        self._snapshots[handle] = snapshot
        self._sizes[handle] = size = memory_size(snapshot)
        self._size += size
        while len(self._snapshots) > MOST_HANDLES or self._size > LIMITS["handle bytes"].most:
            forgotten, _ = self._snapshots.popitem(last=False)
            self._size -= self._sizes.pop(forgotten)

    def take(self, handle: str, model: str, now: float) -> Snapshot:
        """What a handle stands for.

        Args:
            handle: what the client sent.
            model: the model it wants.
            now: the instant.

        Raises:
            Refused: nobody knows the handle, it has expired, the session it belongs to is still connected, or it
                was held with another model.
        """
        snapshot = self._snapshots.get(handle)
        if snapshot is None:
            raise Refused(INVALID, INVALID_HANDLE)
        if snapshot.owner in self._open:
            raise Refused(INTERNAL, INTERNAL_ERROR)
        if now > self._ended.get(snapshot.owner, now) + snapshot.lifetime:
            raise Refused(POLICY, UNKNOWN_HANDLE)
        if snapshot.model != model:
            raise invalid("A resumed session keeps its model.")
        return snapshot
