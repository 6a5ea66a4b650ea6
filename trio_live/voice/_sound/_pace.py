"""How many characters a voice speaks in a second."""

from __future__ import annotations

from typing import Final

from trio_live._typing import Seconds

USUAL_PACE: Final = 16.0
"""Characters that a voice speaks in a second, until its own pace is known."""

MEASURED_FROM: Final[Seconds] = 2.0
"""So much sound of whole turns tells the pace of a voice."""

LEAST_TURN: Final[Seconds] = 0.5
"""A shorter turn tells nothing about it: its silence counts as much as its words."""


class SpeechPace:
    """Learns the pace of a voice from turns that were spoken to their end."""

    __slots__ = ("_characters", "_sound")

    def __init__(self) -> None:
        self._characters = 0
        self._sound: Seconds = 0.0

    def learn(self, characters: int, sound: Seconds) -> None:
        """A turn of so many characters took so much sound, and nobody cut it off."""
        if sound >= LEAST_TURN and characters:
            self._characters += characters
            self._sound += sound

    @property
    def characters_a_second(self) -> float:
        """The pace."""
        return self._characters / self._sound if self._sound >= MEASURED_FROM else USUAL_PACE

    def characters_in(self, sound: Seconds) -> int:
        """How many whole characters are spoken in so much sound."""
        return int(sound * self.characters_a_second)
