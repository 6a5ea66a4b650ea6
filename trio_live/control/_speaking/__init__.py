"""When this side may speak: the greeting, context and prompts that wait, and the sound that must be over before."""

from trio_live.control._speaking._call_end import CallEnd
from trio_live.control._speaking._deferred import DeferredWriter, PendingContext
from trio_live.control._speaking._greeting import PROTECTED, WITHIN, Greeting, TrackedGreeting, watch_greeting
from trio_live.control._speaking._playback import Playback, release_when_played

__all__ = [
    "PROTECTED",
    "WITHIN",
    "CallEnd",
    "DeferredWriter",
    "Greeting",
    "PendingContext",
    "Playback",
    "TrackedGreeting",
    "release_when_played",
    "watch_greeting",
]
