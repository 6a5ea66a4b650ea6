"""What wire_events/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.wire_events._runs import Passed, SoundRun

__all__ = ["Passed", "SoundRun"]
