"""Noticing that nobody speaks."""

from __future__ import annotations

import math
from collections.abc import Callable

import trio

from trio_live.emulator._persona import Decision
from trio_live.emulator._session._responder import Responder


class SilenceWatch:
    """Tells a persona when silence has lasted long enough for it to react.

    Silence is broken by a turn of the model and by the user's voice. Pictures and context make no sound.

    Args:
        responder: who reacts.
        react: performs what was decided.
        is_broken: whether the model or the user is speaking.
        time_scale: how many seconds of conversation pass in one second.
    """

    def __init__(
        self,
        responder: Responder,
        react: Callable[[Decision], None],
        is_broken: Callable[[], bool],
        time_scale: float,
    ) -> None:
        self._responder = responder
        self._react = react
        self._is_broken = is_broken
        self._time_scale = time_scale
        self._restarted = trio.Event()

    def restart(self) -> None:
        """Somebody has begun or ceased to speak: count from here."""
        self._restarted.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._restarted = trio.Event()
            reaction = None if self._is_broken() else self._responder.next_silence()
            with trio.move_on_after(reaction.after / self._time_scale if reaction else math.inf):
                await self._restarted.wait()
            if reaction is not None and not self._restarted.is_set() and not self._is_broken():
                self._react(self._responder.fall_silent())
