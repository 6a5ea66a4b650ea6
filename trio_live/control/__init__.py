"""Deciding and doing: what control events mean, tool batches, the end of a turn."""

from trio_live.control._plane import ControlPlane
from trio_live.control._tool_runner import ToolRunner
from trio_live.control._turn import STEPS, TurnPipeline

__all__ = [
    "STEPS",
    "ControlPlane",
    "ToolRunner",
    "TurnPipeline",
]
