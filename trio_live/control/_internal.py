"""What control/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.control._conversation import Conversation
from trio_live.control._greeting import PROTECTED, WITHIN, Greeting
from trio_live.control._options import ControlOptions, PatternRecipe, check_options
from trio_live.control._plane import ControlPlane
from trio_live.control._requested_transitions import wish_phase
from trio_live.control._steering import declares_tools, tools_of_phase
from trio_live.control._turn import SOFT_STEPS, TurnPipeline, TurnRun

__all__ = [
    "PROTECTED",
    "SOFT_STEPS",
    "WITHIN",
    "ControlOptions",
    "ControlPlane",
    "Conversation",
    "Greeting",
    "PatternRecipe",
    "TurnPipeline",
    "TurnRun",
    "check_options",
    "declares_tools",
    "tools_of_phase",
    "wish_phase",
]
