"""What session/ offers to other rooms, and to nobody else: these names may change with every version."""

from trio_live.session._activity import marks_activity
from trio_live.session._calls import Answered, CallLedger, Fate, Verdict, in_call_order, pair_answers
from trio_live.session._close_reasons import classify_close
from trio_live.session._correcting import LESSONS, Lesson, learn
from trio_live.session._hidden_words import HiddenWords
from trio_live.session._keep_alive import KEEP_ALIVE, QUIET, SILENCE, keep_alive_every
from trio_live.session._lowering import answers_remarks, lower
from trio_live.session._outbound import to_messages
from trio_live.session._phase import CONNECTED, next_phase
from trio_live.session._protocol import SessionProtocol
from trio_live.session._refusing import REFUSABLE
from trio_live.session._resumption import Handle, Start, takes_history
from trio_live.session._routing import EPOCH_BOUND
from trio_live.session._setups import changed, steered, voice_of
from trio_live.session._turns import (
    IN_PROGRESS,
    PATIENCE,
    QUIET_SECONDS,
    TURN_CHARACTERS,
    TURN_PIECES,
    Certainty,
    Questions,
    Standing,
)

__all__ = [
    "CONNECTED",
    "EPOCH_BOUND",
    "IN_PROGRESS",
    "KEEP_ALIVE",
    "LESSONS",
    "PATIENCE",
    "QUIET",
    "QUIET_SECONDS",
    "REFUSABLE",
    "SILENCE",
    "TURN_CHARACTERS",
    "TURN_PIECES",
    "Answered",
    "CallLedger",
    "Certainty",
    "Fate",
    "Handle",
    "HiddenWords",
    "Lesson",
    "Questions",
    "SessionProtocol",
    "Standing",
    "Start",
    "Verdict",
    "answers_remarks",
    "changed",
    "classify_close",
    "in_call_order",
    "keep_alive_every",
    "learn",
    "lower",
    "marks_activity",
    "next_phase",
    "pair_answers",
    "steered",
    "takes_history",
    "to_messages",
    "voice_of",
]
