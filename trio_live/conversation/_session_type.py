"""How long a connection may last, by what is sent over it."""

from __future__ import annotations

import enum
from typing import Final

from trio_live._typing import Seconds


class SessionType(enum.Enum):
    """What the user's side of a session has sent. The value is what ``session:session_type`` holds."""

    AUDIO_ONLY = "audio_only"
    AUDIO_VIDEO = "audio_video"

    @property
    def limit(self) -> Seconds:
        """How long the service lets a connection of this type go on without context compression."""
        return LIMITS[self]

    @property
    def limit_ms(self) -> int:
        """`limit` in milliseconds."""
        return round(self.limit * 1000)


LIMITS: Final[dict[SessionType, Seconds]] = {
    SessionType.AUDIO_ONLY: 15 * 60.0,
    SessionType.AUDIO_VIDEO: 2 * 60.0,
}
"""The service's documented budgets. What fills up is the model's context, and pictures fill it faster."""
