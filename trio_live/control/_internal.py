"""What control/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.control._assembly import assemble_plane
from trio_live.control._conversation import (
    Agent,
    ControlOptions,
    Conversation,
    KeyPressed,
    PatternRecipe,
    Restored,
    Roster,
    check_options,
    declares_tools,
    tools_of_phase,
)
from trio_live.control._keeping import Keeper
from trio_live.control._plane import ControlPlane
from trio_live.control._requested_transitions import RequestedTransitions
from trio_live.control._speaking import PROTECTED, WITHIN, Greeting
from trio_live.control._turn import SOFT_STEPS, TurnPipeline
from trio_live.control._turn_run import TurnRun
from trio_live.control._voice import VoiceRuntime
from trio_live.control._words import Asking

__all__ = [
    "PROTECTED",
    "SOFT_STEPS",
    "WITHIN",
    "Agent",
    "Asking",
    "ControlOptions",
    "ControlPlane",
    "Conversation",
    "Greeting",
    "Keeper",
    "KeyPressed",
    "PatternRecipe",
    "RequestedTransitions",
    "Restored",
    "Roster",
    "TurnPipeline",
    "TurnRun",
    "VoiceRuntime",
    "assemble_plane",
    "check_options",
    "declares_tools",
    "tools_of_phase",
]
