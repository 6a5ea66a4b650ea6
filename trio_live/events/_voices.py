"""What is asked of players and of users who are silent, and what users say without a voice."""

from __future__ import annotations

from typing import Final

from trio_live._values import value
from trio_live.events._events import LiveEvent


@value
class PlaybackVolume(LiveEvent):
    """Play the model's sound so loud from now on: quieter while somebody speaks over it and nobody knows yet what it is.

    Only in a session that listens to its user with a turn-commit policy; see `Live.turn_commit`.
    """

    volume: float
    """From 0 to 1, the usual volume."""


DTMF_KEYS: Final = (*"0123456789*#ABCD",)
"""The keys of a telephone (ITU-T Q.23)."""


@value
class Dtmf(LiveEvent):
    """The caller pressed a key of the telephone; see `LiveHandle.dtmf_received`."""

    digit: str
    """``0`` to ``9``, ``*``, ``#``, ``A`` to ``D``."""


@value
class FillerDue(LiveEvent):
    """The user has waited so long for the model's first word; play a sound, or a word, meanwhile; see `Live.voice_timing`.

    Also while functions run before the model has said anything.
    """

    waited_ms: int


@value
class Reprompted(LiveEvent):
    """The user said nothing for so long that the model was told to ask; see `Live.voice_timing`."""

    silence_ms: int
