"""What recording/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.recording._redacting import RedactedFrames, RedactingRecorder
from trio_live.recording._tee import CLOSED_BY_US, recorded

__all__ = ["CLOSED_BY_US", "RedactedFrames", "RedactingRecorder", "recorded"]
