"""What reactive/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.reactive._computed import Deletion
from trio_live.reactive._functions import ReportError
from trio_live.reactive._reactor import APPLIES, TICK_SECONDS
from trio_live.reactive._temporal import POLL_SECONDS, UNHEEDED
from trio_live.reactive._watcher import Firing

__all__ = ["APPLIES", "POLL_SECONDS", "TICK_SECONDS", "UNHEEDED", "Deletion", "Firing", "ReportError"]
