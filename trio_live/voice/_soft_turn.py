"""The soft turn: the user has finished, and the model chooses to say nothing.

A model with proactive audio may stay silent on purpose. No end of turn arrives then, and whatever waits for one
would wait for ever. This detector notices.
"""

from __future__ import annotations

from typing import Final

from trio_live._typing import Seconds
from trio_live.errors import ConfigError

DEFAULT_SOFT_TURN_SECONDS: Final[Seconds] = 2.0
"""Long enough for a slow answer to begin, short enough that the talk has not moved on."""


class SoftTurnDetector:
    """Fires once when speech has ended and nothing has answered it for `timeout` seconds.

    Armed by the end of the user's speech; disarmed when the user goes on or the model gives any sign of life.
    """

    __slots__ = ("_timeout", "_vad_ended_at")

    def __init__(self, timeout: Seconds = DEFAULT_SOFT_TURN_SECONDS) -> None:
        if not timeout >= 0:
            raise ConfigError(f"a soft turn timeout of {timeout} s is not a length of time")
        self._timeout = timeout
        self._vad_ended_at: Seconds | None = None

    @property
    def timeout(self) -> Seconds:
        """How long the silence must last."""
        return self._timeout

    @property
    def vad_ended_at(self) -> Seconds | None:
        """When the speech ended that nobody has answered yet; ``None`` when not armed."""
        return self._vad_ended_at

    @property
    def due_at(self) -> Seconds | None:
        """The instant from which `check` is true; ``None`` when not armed. A timer may sleep until then."""
        return None if self._vad_ended_at is None else self._vad_ended_at + self._timeout

    def on_vad_end(self, now: Seconds) -> None:
        """The user stopped speaking. A second end restarts the wait."""
        self._vad_ended_at = now

    def on_vad_start(self) -> None:
        """The user goes on: it was a pause within what they are saying."""
        self._vad_ended_at = None

    def on_model_response(self) -> None:
        """The model answered after all: audio, text, a transcript, a tool call, or the end of a turn."""
        self._vad_ended_at = None

    def check(self, now: Seconds) -> bool:
        """Whether a soft turn is due. Saying yes disarms, so one silence is one soft turn."""
        due_at = self.due_at
        if due_at is None or now < due_at:
            return False
        self.reset()
        return True

    def reset(self) -> None:
        """Disarm."""
        self._vad_ended_at = None
