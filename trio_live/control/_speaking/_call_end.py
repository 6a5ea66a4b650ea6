"""The end of a call that a function has asked for: not before the model's last words have been heard.

A model that says goodbye has sent all of it long before it has been played, and one that has just been given the answer
of its function may be about to say it. So the end waits for three things: the model is silent, its turn is over, and its
sound has been played, as a player reports, or else by its length. Whatever happens, a deadline ends the wait. The caller
may speak meanwhile, and is answered; the call ends after that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import trio

from trio_live._typing import Seconds
from trio_live.control._speaking._playback import GRACE, Playback
from trio_live.lanes._internal import PhaseWatch
from trio_live.session import SessionPhase

logger = logging.getLogger("trio_live.session")

SILENCE: Final[Seconds] = 2.0
"""So long after its answer a model may still be about to say goodbye, if its turn is not over."""

REPLY: Final[Seconds] = 5.0
"""Whoever speaks over the goodbye takes his time to say it, and the model its own to answer."""

_STIRRING: Final = tuple(phase for phase in SessionPhase if phase is not SessionPhase.ACTIVE)


class CallEnd:
    """Ends one session when its last words have been heard.

    Args:
        playback: of the model's sound.
        phases: of the link.
        catch_up: brings the playback up to date.
        beside: runs a function in a task of the session.
        hang_up: begins the end.
    """

    def __init__(
        self,
        playback: Playback,
        phases: PhaseWatch,
        *,
        catch_up: Callable[[], None],
        beside: Callable[..., None],
        hang_up: Callable[[], None],
    ) -> None:
        self._playback = playback
        self._phases = phases
        self._catch_up = catch_up
        self._beside = beside
        self._hang_up = hang_up
        self._is_asked = False

    def ask(self, within: Seconds, hang_up: Callable[[], None] | None = None) -> None:
        """End the call; the first who asks decides by when.

        Args:
            within: seconds from now at most.
            hang_up: begins the end, in the place of what usually does.
        """
        if not self._is_asked:
            self._is_asked = True
            self._beside(self._end, trio.current_time(), within, hang_up or self._hang_up)

    async def _end(self, asked_at: Seconds, within: Seconds, hang_up: Callable[[], None]) -> None:
        with trio.move_on_at(asked_at + within) as patience:
            await self._wait_heard(asked_at)
        if patience.cancelled_caught:
            logger.warning("the call is ended after %g s, before all of it was heard", within)
        hang_up()

    async def _wait_heard(self, asked_at: Seconds) -> None:
        playback = self._playback
        while await self._phases.wait(SessionPhase.ACTIVE) is SessionPhase.ACTIVE:
            self._catch_up()
            if playback.has_player and playback.is_playing:
                await playback.wait_stopped()
                continue
            wake_at = max(self._said_at(asked_at), playback.ends_at) + GRACE
            now = trio.current_time()
            if now >= wake_at:
                return
            with trio.move_on_at(min(wake_at, now + GRACE)):  # a turn that comes all at once wakes nobody
                await self._phases.wait(*_STIRRING)

    def _said_at(self, asked_at: Seconds) -> Seconds:
        """When the model has said everything, if it says no more."""
        playback = self._playback
        if playback.cut_off_at is not None and playback.cut_off_at > asked_at:
            return playback.cut_off_at + REPLY
        return playback.turn_over_at if playback.turn_over_at > asked_at else asked_at + SILENCE
