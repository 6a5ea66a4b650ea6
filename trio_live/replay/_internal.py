"""What replay/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.replay._compare import divergences
from trio_live.replay._saving import TestFile

__all__ = ["TestFile", "divergences"]
