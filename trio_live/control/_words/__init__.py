"""What was said: the words of each turn, and the answers that somebody waits for."""

from trio_live.control._words._asking import Asking
from trio_live.control._words._words import Said, Words

__all__ = ["Asking", "Said", "Words"]
