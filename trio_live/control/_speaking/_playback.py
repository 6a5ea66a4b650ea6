"""When the model's speech has been heard: as a player reports, or for a program that has none, when it must have been.

A deferred prompt waits for the end of the playback, and so does the end of a call; only a player knows that. But not
every program has one that reports: then they would wait for ever. Sound has a length, so it is known when it must have been played: it arrives
faster than it is played, and is played from its arrival on.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Final

import trio

from trio_live import wire_events
from trio_live._typing import Seconds
from trio_live.control._speaking._deferred import PendingContext
from trio_live.lanes._internal import PhaseWatch
from trio_live.session import SessionPhase
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
                self._stop(min(self.ends_at, now))
            case wire_events.TurnComplete():
                self.turn_over_at = now

    def drained(self, now: Seconds) -> None:
        """A player has played everything."""
        self.has_player = True
        self._stop(now)

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


async def release_when_played(
    pending: PendingContext,
    playback: Playback,
    phases: PhaseWatch,
    observe: Callable[[], None],
    release: Callable[[], Awaitable[None]],
) -> None:
    """Release armed prompts for which no player does it, once the model's sound must have been heard and nobody speaks.

    Returns when a player reports: from then on it is the player's business.

    Args:
        pending: what waits.
        playback: when the sound that was received is over, and whether a player says so.
        phases: of the link.
        observe: brings the estimate up to date.
        release: sends what waits.

    Cancellation: nothing was sent.
    """
    while True:
        await pending.wait_prompt()
        observe()
        wake_at = playback.ends_at + GRACE
        phase = phases.now
        if playback.has_player:
            return
        if trio.current_time() < max(wake_at, pending.armed_at + GRACE):
            await trio.sleep_until(max(wake_at, pending.armed_at + GRACE))
        elif phase is SessionPhase.USER_SPEAKING:
            pending.clear_prompt()  # whoever speaks is not talked over
        elif phase is SessionPhase.ACTIVE:
            await release()
        elif await phases.wait(SessionPhase.ACTIVE, SessionPhase.USER_SPEAKING) is SessionPhase.DISCONNECTED:
            return
