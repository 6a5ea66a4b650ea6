"""When this side may speak: the greeting, context and prompts that wait, and the sound that must be over before."""

from trio_live.control._speaking._call_end import CallEnd
from trio_live.control._speaking._deferred import DeferredWriter, PendingContext
from trio_live.control._speaking._greeting import (
    PROTECTED,
    WITHIN,
    Greeting,
    Stage,
    TrackedGreeting,
    fell_due,
    missed_words,
)
from trio_live.control._speaking._playback import GRACE, Playback

__all__ = [
    "GRACE",
    "PROTECTED",
    "WITHIN",
    "CallEnd",
    "DeferredWriter",
    "Greeting",
    "PendingContext",
    "Playback",
    "Stage",
    "TrackedGreeting",
    "fell_due",
    "missed_words",
]
