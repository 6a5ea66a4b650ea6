"""When this side may speak: the greeting, context and prompts that wait, and the sound that must be over before."""

from trio_live.control._speaking._call_end import CallEnd
from trio_live.control._speaking._deferred import DeferredWriter, PendingContext
from trio_live.control._speaking._greeting import (
    GREETS,
    PROTECTED,
    WITHIN,
    Greeting,
    Stage,
    TrackedGreeting,
    fell_due,
    missed_words,
)
from trio_live.control._speaking._playback import GRACE, Playback
from trio_live.control._speaking._timings import Timings
from trio_live.control._speaking._voice_options import VoiceOptions

__all__ = [
    "GRACE",
    "GREETS",
    "PROTECTED",
    "WITHIN",
    "CallEnd",
    "DeferredWriter",
    "Greeting",
    "PendingContext",
    "Playback",
    "Stage",
    "Timings",
    "TrackedGreeting",
    "VoiceOptions",
    "fell_due",
    "missed_words",
]
