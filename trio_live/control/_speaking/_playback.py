"""When the model's speech has been heard: as a player reports, or for a program that has none, when it must have been.

A deferred prompt waits for the end of the playback, and so does the end of a call; only a player knows that. But not
every program has one that reports: then they would wait for ever. Sound has a length, so it is known when it must have been played: it arrives
faster than it is played, and is played from its arrival on.
"""

from __future__ import annotations

import math
from typing import Final

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.wire import AUDIO_OUTPUT_RATE

GRACE: Final[Seconds] = 1.0
"""How long after that a player may still be about to report. It buffers; a fifth of a second is usual, half a long one."""
_BYTES_A_SECOND: Final = 2 * AUDIO_OUTPUT_RATE


class Playback:
    """Follows the sound that was received, and what a player says of it."""

    def __init__(self) -> None:
        self.ends_at: Seconds = 0.0
        """When everything received so far has been played, or was."""
        self.turn_over_at: Seconds = -math.inf
        """When the model ended a turn last."""
        self.cut_off_at: Seconds | None = None
        """When somebody spoke over the model that it has not answered since."""
        self.has_player = False
        """Whether somebody reports the end of the playback."""
        self.is_playing = False
        """Whether sound has come of which no player has said that it is over."""
        self._stopped = trio.lowlevel.ParkingLot()

    def observe(self, event: wire_events.SessionEvent, now: Seconds) -> None:
        """See an event that was routed in this instant."""
        match event:
            case wire_events.AudioData(data=data):
                self.ends_at = max(self.ends_at, now) + len(data) / _BYTES_A_SECOND
                self.is_playing = True
                self.cut_off_at = None
            case wire_events.Interrupted():  # whoever plays it throws the rest away
                self.cut_off_at = now
                self.flushed(now)
            case wire_events.TurnComplete():
                self.turn_over_at = now

    def drained(self, now: Seconds) -> None:
        """A player has played everything."""
        self.has_player = True
        self._stop(now)

    def flushed(self, now: Seconds) -> None:
        """Somebody has thrown away what was not played yet."""
        self._stop(min(self.ends_at, now))

    def is_audible(self, now: Seconds) -> bool:
        """Whether the model is heard: as a player says, or by the length of what came where no player has ever reported."""
        return self.is_playing if self.has_player else now < self.ends_at

    def _stop(self, at: Seconds) -> None:
        self.ends_at = at
        self.is_playing = False
        self._stopped.unpark_all()

    async def wait_stopped(self) -> None:
        """Wait until a player says that it is over, or an interruption ends it.

        Cancellation: harmless.
        """
        await trio.lowlevel.checkpoint()
        while self.is_playing:
            await self._stopped.park()
