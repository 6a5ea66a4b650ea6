"""When the model's speech must have been heard, for a deferred prompt that no player lets go.

A prompt waits for the end of the playback, and only a player knows that. But not every program has one that reports:
then the prompt would wait for ever. Sound has a length, so it is known when it must have been played: it arrives
faster than it is played, and is played from its arrival on.
"""

from __future__ import annotations

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


class PlaybackEstimate:
    """Follows the sound that was received; pure, with the time given."""

    def __init__(self) -> None:
        self.ends_at: Seconds = 0.0
        """When everything received so far has been played."""

    def observe(self, event: wire_events.SessionEvent, now: Seconds) -> None:
        """See an event that was routed in this instant."""
        if isinstance(event, wire_events.AudioData):
            self.ends_at = max(self.ends_at, now) + len(event.data) / _BYTES_A_SECOND
        elif isinstance(event, wire_events.Interrupted):
            self.ends_at = min(self.ends_at, now)  # whoever plays it throws the rest away


async def release_when_played(
    pending: PendingContext,
    estimate: PlaybackEstimate,
    phases: PhaseWatch,
    observe: Callable[[], None],
    release: Callable[[], Awaitable[None]],
) -> None:
    """Release armed prompts for which no player does it, once the model's sound must have been heard and nobody speaks.

    Returns when a player reports: from then on it is the player's business.

    Args:
        pending: what waits, and whether a player reports.
        estimate: when the sound that was received is over.
        phases: of the link.
        observe: brings the estimate up to date.
        release: sends what waits.

    Cancellation: nothing was sent.
    """
    while True:
        await pending.wait_prompt()
        observe()
        wake_at = estimate.ends_at + GRACE
        phase = phases.now
        if pending.has_player:
            return
        if trio.current_time() < max(wake_at, pending.armed_at + GRACE):
            await trio.sleep_until(max(wake_at, pending.armed_at + GRACE))
        elif phase is SessionPhase.USER_SPEAKING:
            pending.clear_prompt()  # whoever speaks is not talked over
        elif phase is SessionPhase.ACTIVE:
            await release()
        elif await phases.wait(SessionPhase.ACTIVE, SessionPhase.USER_SPEAKING) is SessionPhase.DISCONNECTED:
            return
