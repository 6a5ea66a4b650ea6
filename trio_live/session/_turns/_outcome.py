"""What came of a session, told from what happened in it: the question that is asked first when nothing did."""

from __future__ import annotations

import enum


class Outcome(enum.Enum):
    """What came of a session."""

    NEVER_READY = "the server never accepted the setup"
    NOTHING_SENT = "neither sound nor text was sent"
    NOTHING_HEARD = "sound was sent, and the server heard no speech in it"
    NO_TURN = "something was said, and no turn came of it"
    TALKED = "there was at least one turn"


def outcome_of(*, ready: bool, turns: int, sounded: bool, asked: bool, heard: bool) -> Outcome:
    """What came of a session.

    Args:
        ready: the server accepted the setup.
        turns: how many were completed.
        sounded: sound was sent.
        asked: something was sent that wants an answer.
        heard: the server heard the user speak.
    """
    if not ready:
        return Outcome.NEVER_READY
    if turns:
        return Outcome.TALKED
    if asked or heard:
        return Outcome.NO_TURN
    return Outcome.NOTHING_HEARD if sounded else Outcome.NOTHING_SENT
