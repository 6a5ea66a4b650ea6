"""Deciding and doing: what control events mean, tool batches, the end of a turn, deferred context."""

from trio_live.control._deferred import DeferredWriter, PendingContext
from trio_live.control._turn import STEPS

__all__ = ["STEPS", "DeferredWriter", "PendingContext"]
