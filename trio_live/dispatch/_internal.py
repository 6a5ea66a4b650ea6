"""What dispatch/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.dispatch._options import ToolOptions

__all__ = ["ToolOptions"]
