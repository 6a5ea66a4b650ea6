"""What recording/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.recording._acts import Act, ActLog, act_in, acts_of, given_up_in, holds_acts
from trio_live.recording._redacting import RedactedFrames, RedactingRecorder
from trio_live.recording._tee import CLOSED_BY_US, SafeRecorder, recorded

__all__ = [
    "CLOSED_BY_US",
    "Act",
    "ActLog",
    "RedactedFrames",
    "RedactingRecorder",
    "SafeRecorder",
    "act_in",
    "acts_of",
    "given_up_in",
    "holds_acts",
    "recorded",
]
