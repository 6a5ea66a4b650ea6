"""What dispatch/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.dispatch._in_force import middleware_in_force, put_in_force
from trio_live.dispatch._options import ToolOptions
from trio_live.dispatch._pool import AgentPool
from trio_live.dispatch._work import INPUT, OUTPUT, work_branch

__all__ = ["INPUT", "OUTPUT", "AgentPool", "ToolOptions", "middleware_in_force", "put_in_force", "work_branch"]
