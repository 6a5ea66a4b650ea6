"""How long a connection may last, by what is sent over it."""

from __future__ import annotations

import enum

from trio_live._typing import Seconds
from trio_live.wire import LiveModelProfile


class SessionType(enum.Enum):
    """What the user's side of a session has sent. The value is what ``session:session_type`` holds."""

    AUDIO_ONLY = "audio_only"
    AUDIO_VIDEO = "audio_video"

    def limit(self, abilities: LiveModelProfile) -> Seconds:
        """How long the service lets a connection of this type go on without context compression.

        What fills up is the model's context, and pictures fill it faster; the connection has an age of its own.
        """
        by_context = abilities.video_session_limit if self is SessionType.AUDIO_VIDEO else abilities.session_limit
        return min(by_context, abilities.connection_limit)
