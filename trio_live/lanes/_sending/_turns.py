"""When who sends something gives other tasks a turn, though nothing had to wait.

Trio's own functions always do. But sound is sent fifty times a second, by somebody who waits for the next piece of it
anyway; there a turn is one wake-up more for each piece, and at many calls in one process they are a third of all. So sound
gives a turn now and then, for the sake of somebody who sends a whole recording in a loop. It is always a point of
cancellation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from trio_live.events._internal import Command, SendAudio

SOUND_PER_TURN: Final = 64 * 1024
"""Bytes of sound after which other tasks have a turn: two seconds of it, which take about one millisecond to send."""


class Turns:
    """Counts the sound of one session."""

    __slots__ = ("_sound",)

    def __init__(self) -> None:
        self._sound = 0

    def goes_on(self, written: Sequence[Command]) -> bool:
        """Whether who has sent this goes on without a turn for others."""
        if len(written) != 1 or type(written[0]) is not SendAudio:
            return False
        self._sound += len(written[0].data)
        if self._sound < SOUND_PER_TURN:
            return True
        self._sound = 0
        return False
