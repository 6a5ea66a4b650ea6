"""Deciding and doing: what control events mean, tool batches, the end of a turn, deferred context."""

from trio_live.control._calls import BackgroundToolTracker
from trio_live.control._speaking import DeferredWriter, PendingContext
from trio_live.control._turn import STEPS

__all__ = ["STEPS", "BackgroundToolTracker", "DeferredWriter", "PendingContext"]
