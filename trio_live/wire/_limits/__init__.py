"""How much a peer may make this side read and keep."""

from trio_live.wire._limits._checks import LONG, check_free, check_long
from trio_live.wire._limits._sizes import memory_size
from trio_live.wire._limits._table import LIMITS, Limit, at_most, counted, exceeded

__all__ = ["LIMITS", "LONG", "Limit", "at_most", "check_free", "check_long", "counted", "exceeded", "memory_size"]
