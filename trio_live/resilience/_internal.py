"""What resilience/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.resilience._decision import Dial, Gap, GiveUp, Means, Stage, decide, next_dial, renewing
from trio_live.resilience._guarantees import kind_of, without_setup, words_of
from trio_live.resilience._history import retold
from trio_live.resilience._policy import STEADY
from trio_live.resilience._rotation import Notice, Scene, may_leave
from trio_live.resilience._unconfirmed import Redelivery, Unconfirmed

__all__ = [
    "STEADY",
    "Dial",
    "Gap",
    "GiveUp",
    "Means",
    "Notice",
    "Redelivery",
    "Scene",
    "Stage",
    "Unconfirmed",
    "decide",
    "kind_of",
    "may_leave",
    "next_dial",
    "renewing",
    "retold",
    "without_setup",
    "words_of",
]
