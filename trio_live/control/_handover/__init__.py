"""Handing the call over: one transfer at a time, on the control lane, each a transaction."""

from trio_live.control._handover._handover import SETTLE_WITHIN, Handover
from trio_live.control._handover._saying import Handing

__all__ = ["SETTLE_WITHIN", "Handing", "Handover"]
