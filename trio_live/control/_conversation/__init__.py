"""What one session remembers of its conversation, the choices that govern it, and what a new connection changes in it."""

from trio_live.control._conversation._connections import CONTEXT_LOST, forget_what_was_told, history_of, set_up_again
from trio_live.control._conversation._conversation import Conversation, PhaseWish, Restored
from trio_live.control._conversation._options import ControlOptions, PatternRecipe, check_options

__all__ = [
    "CONTEXT_LOST",
    "ControlOptions",
    "Conversation",
    "PatternRecipe",
    "PhaseWish",
    "Restored",
    "check_options",
    "forget_what_was_told",
    "history_of",
    "set_up_again",
]
