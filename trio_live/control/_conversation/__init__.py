"""What one session remembers of its conversation, the choices that govern it, and what a new connection changes in it."""

from trio_live.control._conversation._agents import Agent, Roster
from trio_live.control._conversation._connections import CONTEXT_LOST, forget_what_was_told, history_of, set_up_again
from trio_live.control._conversation._conversation import Conversation, Restored
from trio_live.control._conversation._hooks import run_steps
from trio_live.control._conversation._options import ControlOptions, PatternRecipe, check_options
from trio_live.control._conversation._refreshing import REFRESH_WITHIN, refresh
from trio_live.control._conversation._steering import (
    announce_tools,
    declares_tools,
    deliver,
    redeclared,
    tools_of_phase,
)
from trio_live.control._conversation._wishes import KeyPressed, PhaseWish, RefreshWish, TransferWish, WishMade

__all__ = [
    "CONTEXT_LOST",
    "REFRESH_WITHIN",
    "Agent",
    "ControlOptions",
    "Conversation",
    "KeyPressed",
    "PatternRecipe",
    "PhaseWish",
    "RefreshWish",
    "Restored",
    "Roster",
    "TransferWish",
    "WishMade",
    "announce_tools",
    "check_options",
    "declares_tools",
    "deliver",
    "forget_what_was_told",
    "history_of",
    "redeclared",
    "refresh",
    "run_steps",
    "set_up_again",
    "tools_of_phase",
]
