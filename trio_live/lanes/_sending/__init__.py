"""The way out: what waits to be written, who writes it, and what becomes of it when its connection breaks."""

from trio_live.lanes._sending._out_queue import OutQueue
from trio_live.lanes._sending._turns import SOUND_PER_TURN
from trio_live.lanes._sending._writer import Outbound

__all__ = ["SOUND_PER_TURN", "OutQueue", "Outbound"]
