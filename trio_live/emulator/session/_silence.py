"""Noticing that nobody speaks."""

from __future__ import annotations

import math
from collections.abc import Callable

import trio

from trio_live.emulator.session._responder import Responder
from trio_live.emulator.session._turn_queue import TurnQueue


class SilenceWatch:
    """Tells a persona when silence has lasted long enough for it to react.

    Silence is broken by a turn of the model and by the user's voice. Pictures and context make no sound.

    Args:
        responder: who reacts.
        turns: where the model speaks.
        user_speaks: whether the user is speaking.
        time_scale: how many seconds of conversation pass in one second.
    """

    def __init__(
        self, responder: Responder, turns: TurnQueue, user_speaks: Callable[[], bool], time_scale: float
    ) -> None:
        self._responder = responder
        self._turns = turns
        self._user_speaks = user_speaks
        self._time_scale = time_scale
        self._restarted = trio.Event()

    def restart(self) -> None:
        """Somebody has begun or ceased to speak: count from here."""
        self._restarted.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._restarted = trio.Event()
            reaction = None if self._is_broken else self._responder.next_silence()
            with trio.move_on_after(reaction.after / self._time_scale if reaction else math.inf):
                await self._restarted.wait()
            if reaction is not None and not self._restarted.is_set() and not self._is_broken:
                self._turns.react(self._responder.fall_silent())

    @property
    def _is_broken(self) -> bool:
        return self._turns.is_taken or self._user_speaks()
