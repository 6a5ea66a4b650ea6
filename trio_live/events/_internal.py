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

__all__ = [
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
]
