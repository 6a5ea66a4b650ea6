"""Which turn runs, what ends it, and whose a piece of a transcript is."""

from trio_live.session._turns._fragments import EXTENDS_FROM, REMEMBERED, REPEATS_FROM, Fragments
from trio_live.session._turns._outcome import Outcome, outcome_of
from trio_live.session._turns._questions import PATIENCE, Certainty, Ended, Questions, Standing
from trio_live.session._turns._turn import TURN_CHARACTERS, TURN_PIECES
from trio_live.session._turns._turns import (
    IN_PROGRESS,
    LATE_SECONDS,
    MISSING_SECONDS,
    QUIET_SECONDS,
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
    "PATIENCE",
    "QUIET_SECONDS",
    "REMEMBERED",
    "REPEATS_FROM",
    "TURN_CHARACTERS",
    "TURN_PIECES",
    "Certainty",
    "EndOfTurn",
    "Ended",
    "Fragments",
    "Outcome",
    "Questions",
    "Standing",
    "Turns",
    "Utterance",
    "Verdict",
    "outcome_of",
]
