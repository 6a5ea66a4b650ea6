"""What extraction/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.extraction._extractor import extractor_problems
from trio_live.extraction._merging import REASONS, merge
from trio_live.extraction._schedule import Occasion, Schedule, wants

__all__ = ["REASONS", "Occasion", "Schedule", "extractor_problems", "merge", "wants"]
