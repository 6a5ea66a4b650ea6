"""What an agent is, as a value that can be printed, stored and compared: no closures, no secrets, no session."""

from trio_live.contract._diff import Difference
from trio_live.contract._parts import (
    AgentContract,
    ComputedContract,
    ControlContract,
    ExtractorContract,
    PhaseContract,
    PreparationContract,
    PromotionContract,
    ToolContract,
    TransitionContract,
    WatcherContract,
)
from trio_live.contract._runtime import RuntimeContract

__all__ = [
    "AgentContract",
    "ComputedContract",
    "ControlContract",
    "Difference",
    "ExtractorContract",
    "PhaseContract",
    "PreparationContract",
    "PromotionContract",
    "RuntimeContract",
    "ToolContract",
    "TransitionContract",
    "WatcherContract",
]
