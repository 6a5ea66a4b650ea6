"""The session machine without I/O: phases, frames → events, commands → frames, routing, close reasons."""

from trio_live.session._closing import CLOSES, CloseRow, Retry, classify_close
from trio_live.session._end import SessionEnd
from trio_live.session._outbound import to_message
from trio_live.session._phase import CONNECTED, TRANSITIONS, SessionPhase, next_phase
from trio_live.session._protocol import SessionProtocol
from trio_live.session._routing import EPOCH_BOUND, LANES, Lane

__all__ = [
    "CLOSES",
    "CONNECTED",
    "EPOCH_BOUND",
    "LANES",
    "TRANSITIONS",
    "CloseRow",
    "Lane",
    "Retry",
    "SessionEnd",
    "SessionPhase",
    "SessionProtocol",
    "classify_close",
    "next_phase",
    "to_message",
]
