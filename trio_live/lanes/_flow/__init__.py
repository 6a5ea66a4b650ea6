"""What moves and holds back events between tasks: queues, the barrier, what they weigh, fan-out."""

from trio_live.lanes._flow._barrier import Barrier
from trio_live.lanes._flow._fanout import Fanout, LiveEventStream
from trio_live.lanes._flow._queues import FAIRNESS, QUEUES, Overflow, Queue, next_burst
from trio_live.lanes._flow._weights import ALWAYS_WEIGH, ByteBudget, weigh

__all__ = [
    "ALWAYS_WEIGH",
    "FAIRNESS",
    "QUEUES",
    "Barrier",
    "ByteBudget",
    "Fanout",
    "LiveEventStream",
    "Overflow",
    "Queue",
    "next_burst",
    "weigh",
]
