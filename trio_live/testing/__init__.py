"""Tools for testing agents: scripted servers, virtual time, assertions.

What needs pytest or Hypothesis stands in `trio_live.testing.plugin` and `trio_live.testing.strategies`, which are
imported by their own names; this door opens without either.
"""

from trio_live.testing._assertions import assert_answered, assert_events, assert_sent, assert_transcript
from trio_live.testing._calling import Caller, NoAnswer, Sound, hum, noise, open_caller, silence, voice
from trio_live.testing._idle import collect_events_until_idle
from trio_live.testing._play import Talk, play, play_now, play_over_socket
from trio_live.testing._run import NotSettled, Run
from trio_live.testing._script import Script
from trio_live.testing._steps import Asked, Step

__all__ = [
    "Asked",
    "Caller",
    "NoAnswer",
    "NotSettled",
    "Run",
    "Script",
    "Sound",
    "Step",
    "Talk",
    "assert_answered",
    "assert_events",
    "assert_sent",
    "assert_transcript",
    "collect_events_until_idle",
    "hum",
    "noise",
    "open_caller",
    "play",
    "play_now",
    "play_over_socket",
    "silence",
    "voice",
]
