"""The two voices of a talk: what is believed of them, the rules over that, and what waits for a free floor."""

from trio_live.control._voice._fillers import announce_fillers
from trio_live.control._voice._floor import release_when_free, watch_greeting
from trio_live.control._voice._hushing import Hushing
from trio_live.control._voice._reprompting import reprompt
from trio_live.control._voice._rules import RulesFeed
from trio_live.control._voice._runtime import MICROPHONE, PROGRAM, VoiceRuntime

__all__ = [
    "MICROPHONE",
    "PROGRAM",
    "Hushing",
    "RulesFeed",
    "VoiceRuntime",
    "announce_fillers",
    "release_when_free",
    "reprompt",
    "watch_greeting",
]
