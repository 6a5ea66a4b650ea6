"""What waits to be written, in order: with room for so much of it, and a rule for the time without a connection.

Strategy: a call first waits for room and then queues, without a checkpoint between. A memory channel would do both in
one call, but its sender learns of its luck only when it is scheduled again; by then others have read what it was about
to write down (which instruction the model has) or have gone ahead without what it carried (context that was held back).
Room is handed from the writer to whoever waits longest, so nobody overtakes.

While there is no connection, sound and pictures take no room, and only the newest of them is kept: they are of their
moment, and whoever speaks must not be made to wait, nor must his words of half a minute ago be the first that are heard.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, Protocol, TypeAlias

import attrs
import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live._values import value
from trio_live.events._internal import Command, SendAudio, SendVideo
from trio_live.lanes._delivery import Rest
from trio_live.lanes._flow import FAIRNESS

_BYTES_PER_SECOND: Final = 32_000
SOUND: Final = "sound while there was no connection"
PICTURES: Final = "pictures while there was no connection"
"""Under which what was dropped is counted."""


class Settled(Protocol):
    """Is told what became of a command."""

    def __call__(self, command: Command, *, written: bool) -> None:
        """It was handed to the network, or will never be."""


@value
class Unfinished:
    """What a caller could not do of its own command without waiting."""

    command: Command
    frames: Sequence[str]
    """Encoded, and not written yet."""
    news: list[wire_events.SessionEvent]
    """What follows from writing it."""
    rests: list[Rest]
    """News that were routed already, but for lanes that were full."""


Batch: TypeAlias = "tuple[Command, ...] | Unfinished"
"""What is queued, and written, in one step."""


@attrs.define(eq=False)
class Waiting:
    """One batch in its place."""

    number: int
    batch: Batch
    takes_room: bool = True

    @property
    def commands(self) -> tuple[Command, ...]:
        """What it says, as far as it is not encoded."""
        return () if isinstance(self.batch, Unfinished) else self.batch


class OutQueue:
    """The queue of one session.

    Args:
        capacity: how many batches may wait.
        sound_kept: seconds of sound that are kept while there is no connection.
        drop: counts what was dropped, under a name.
    """

    def __init__(self, capacity: int, sound_kept: Seconds, drop: Callable[[str], None]) -> None:
        self._capacity = self._room = capacity
        self._sound_kept = round(sound_kept * _BYTES_PER_SECOND)
        self._drop = drop
        self._items: deque[Waiting] = deque()
        self._senders = trio.lowlevel.ParkingLot()
        self._writer = trio.lowlevel.ParkingLot()
        self._stops = False
        self.accepted = 0
        """Batches so far."""
        self.in_gap = False
        """Whether there is no connection."""

    def __len__(self) -> int:
        return len(self._items)

    @property
    def is_free(self) -> bool:
        """Whether nothing waits, and nobody is on the way to room that was kept."""
        return not self._items and self._room == self._capacity

    @property
    def oldest(self) -> int | None:
        """The number of what has waited longest."""
        return self._items[0].number if self._items else None

    # -- in -----------------------------------------------------------------------------------------------------

    async def wait_for_room(self) -> None:
        """Take room for one batch.

        Cancellation: none was taken.
        """
        if self._room:
            self._room -= 1
        else:
            await self._senders.park()  # whoever wakes this call leaves it the room

    def take_room(self) -> None:
        """Take room for one batch where there is some for certain."""
        self._room -= 1

    def put(self, batch: Batch, *, takes_room: bool = True) -> None:
        """Queue a batch, for which room was taken."""
        self.accepted += 1
        self._items.append(Waiting(self.accepted, batch, takes_room))
        if self.in_gap:
            self._forget_old_media()
        self._writer.unpark_all()

    def put_media(self, batch: Batch) -> None:
        """Queue sound or a picture while there is no connection, without a wait for room."""
        self.put(batch, takes_room=False)

    def put_first(self, commands: Sequence[Command]) -> None:
        """Queue before all else what belongs to the beginning of a connection."""
        self._items.extendleft(Waiting(0, (command,), takes_room=False) for command in reversed(commands))

    # -- out ----------------------------------------------------------------------------------------------------

    async def take(self) -> list[Waiting]:
        """What waits, up to `FAIRNESS` batches of it; nothing when no more is to be taken.

        Cancellation: nothing was taken.
        """
        await trio.lowlevel.checkpoint_if_cancelled()
        while not self._items and not self._stops:
            await self._writer.park()
        if self.in_gap:
            return []
        taken = [self._items.popleft() for _ in range(min(FAIRNESS, len(self._items)))]
        self._give_back(sum(each.takes_room for each in taken))
        return taken

    def _give_back(self, room: int) -> None:
        self._room += room - len(self._senders.unpark(count=room))

    def close(self) -> None:
        """Nothing more will be queued: let go of whoever waits for room, and of the writer once all is taken."""
        self._stops = True
        self._senders.unpark_all()
        self._writer.unpark_all()

    # -- while there is no connection ---------------------------------------------------------------------------

    def open_gap(self) -> list[Unfinished]:
        """There is no connection: the writer is let go, and what waits, waits.

        Returns:
            What was encoded for the connection that is gone; it waits no longer.
        """
        self.in_gap = self._stops = True
        self._writer.unpark_all()
        begun = [item.batch for item in self._items if isinstance(item.batch, Unfinished)]
        self._give_back(sum(item.takes_room for item in self._items if isinstance(item.batch, Unfinished)))
        self._items = deque(item for item in self._items if not isinstance(item.batch, Unfinished))
        self._forget_old_media()
        return begun

    def end_gap(self) -> None:
        """There is one again."""
        self.in_gap = self._stops = False

    def replace(self, change: Callable[[Command], Command | None]) -> None:
        """Give commands that wait another form; ``None`` takes one out. What is encoded already stays as it is."""
        for item in self._items:
            if not isinstance(item.batch, Unfinished):
                item.batch = tuple(new for old in item.commands if (new := change(old)) is not None)

    def take_back(self, command: Command, rest: Command | None) -> None:
        """Put ``rest`` in the place of a command that still waits to be encoded, or nothing."""
        self.replace(lambda old: rest if old is command else old)

    @property
    def waiting(self) -> list[Command]:
        """Every command that waits."""
        return [command for item in self._items for command in item.commands]

    def _forget_old_media(self) -> None:
        """Drop the sound before the newest seconds, and all pictures but the newest."""
        sound, pictures, kept = self._sound_kept, 1, deque[Waiting]()
        for item in reversed(self._items):
            command = item.commands[0] if len(item.commands) == 1 else None
            if isinstance(command, SendAudio):
                sound -= len(command.data)
                is_old, name = sound < 0, SOUND
            elif isinstance(command, SendVideo):
                pictures -= 1
                is_old, name = pictures < 0, PICTURES
            else:
                is_old, name = False, ""
            if is_old:
                self._drop(name)
                self._give_back(item.takes_room)
            else:
                kept.appendleft(item)
        self._items = kept
