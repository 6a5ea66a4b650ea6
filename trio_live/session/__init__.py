"""The session machine without I/O: phases, frames → events, commands → frames, routing, close reasons."""

from trio_live.session._close_reasons import CLOSES, CloseKind, CloseRow
from trio_live.session._end import SessionEnd
from trio_live.session._phase import TRANSITIONS, SessionPhase
from trio_live.session._routing import LANES, Lane
from trio_live.session._turns import Outcome

__all__ = ["CLOSES", "LANES", "TRANSITIONS", "CloseKind", "CloseRow", "Lane", "Outcome", "SessionEnd", "SessionPhase"]
