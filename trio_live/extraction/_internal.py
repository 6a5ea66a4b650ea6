"""What extraction/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.extraction._deciding import REASONS, Occasion, Schedule, extractor_problems, merge, wants

__all__ = ["REASONS", "Occasion", "Schedule", "extractor_problems", "merge", "wants"]
