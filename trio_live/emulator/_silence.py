"""Noticing that nobody speaks."""

from __future__ import annotations

import math
from collections.abc import Callable

import trio

from trio_live.emulator._floor import Floor
from trio_live.emulator._head import Head


class SilenceWatch:
    """Tells a persona when silence has lasted long enough for it to react.

    Silence is broken by a turn of the model and by the user's voice. Pictures and context make no sound.

    Args:
        head: who reacts.
        floor: where the model speaks.
        user_speaks: whether the user is speaking.
        time_scale: how many seconds of conversation pass in one second.
    """

    def __init__(self, head: Head, floor: Floor, user_speaks: Callable[[], bool], time_scale: float) -> None:
        self._head = head
        self._floor = floor
        self._user_speaks = user_speaks
        self._time_scale = time_scale
        self._stirred = trio.Event()

    def stir(self) -> None:
        """Somebody has begun or ceased to speak: count from here."""
        self._stirred.set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            self._stirred = trio.Event()
            reaction = None if self._is_broken else self._head.next_silence()
            with trio.move_on_after(reaction.after / self._time_scale if reaction else math.inf):
                await self._stirred.wait()
            if reaction is not None and not self._stirred.is_set() and not self._is_broken:
                self._floor.react(self._head.fall_silent())

    @property
    def _is_broken(self) -> bool:
        return self._floor.is_taken or self._user_speaks()
