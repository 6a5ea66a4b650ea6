"""What tools/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.tools._declaring import declaring_problems
from trio_live.tools._results import as_json

__all__ = ["as_json", "declaring_problems"]
