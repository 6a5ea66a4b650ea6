"""What events/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.events._commands import (
    ActivityEnd,
    ActivityStart,
    AudioStreamEnd,
    Command,
    SendAudio,
    SendClientContent,
    SendText,
    SendToolResponse,
    SendVideo,
    Steer,
)
from trio_live.events._lanes import BY_THE_CLOCK, is_of_fast_lane
from trio_live.events._voices import DTMF_KEYS

__all__ = [
    "BY_THE_CLOCK",
    "DTMF_KEYS",
    "ActivityEnd",
    "ActivityStart",
    "AudioStreamEnd",
    "Command",
    "SendAudio",
    "SendClientContent",
    "SendText",
    "SendToolResponse",
    "SendVideo",
    "Steer",
    "is_of_fast_lane",
]
