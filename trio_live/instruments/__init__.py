"""What watches a whole `trio.run`, or makes it fit for many calls, and is about no session in particular."""

from trio_live.instruments._collector import tuned_collector
from trio_live.instruments._stalls import Stall, StallDetector

__all__ = ["Stall", "StallDetector", "tuned_collector"]
