"""What watches a whole `trio.run`, and not one session."""

from trio_live.instruments._stalls import Stall, StallDetector

__all__ = ["Stall", "StallDetector"]
