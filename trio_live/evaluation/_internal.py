"""What evaluation/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.evaluation._running import evaluate_file

__all__ = ["evaluate_file"]
