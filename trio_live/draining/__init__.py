"""Leaving well: a process that is told to end admits no more calls, hands over what can move, and waits for the rest."""

from trio_live.draining._drain import ENDING, Drain, DrainStatistics, HandOver, open_drain

__all__ = ["ENDING", "Drain", "DrainStatistics", "HandOver", "open_drain"]
