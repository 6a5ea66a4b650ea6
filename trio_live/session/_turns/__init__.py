"""Which turn runs, what ends it, and whose a piece of a transcript is."""

from trio_live.session._turns._fragments import EXTENDS_FROM, REMEMBERED, REPEATS_FROM, Fragments
from trio_live.session._turns._outcome import Outcome, outcome_of
from trio_live.session._turns._turns import (
    IN_PROGRESS,
    LATE_SECONDS,
    MISSING_SECONDS,
    QUIET_SECONDS,
    TURN_CHARACTERS,
    TURN_PIECES,
    EndOfTurn,
    Turns,
    Utterance,
    Verdict,
)

__all__ = [
    "EXTENDS_FROM",
    "IN_PROGRESS",
    "LATE_SECONDS",
    "MISSING_SECONDS",
    "QUIET_SECONDS",
    "REMEMBERED",
    "REPEATS_FROM",
    "TURN_CHARACTERS",
    "TURN_PIECES",
    "EndOfTurn",
    "Fragments",
    "Outcome",
    "Turns",
    "Utterance",
    "Verdict",
    "outcome_of",
]
