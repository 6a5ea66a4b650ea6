from __future__ import annotations

from trio_live.session import Outcome, SessionEnd


def test_an_end_says_why() -> None:
    assert str(SessionEnd()) == "this side ended the session"
    assert str(SessionEnd("the server is going away (1001)", 1001, "maintenance")) == "the server is going away (1001)"


def test_an_end_without_a_turn_says_how_far_the_session_came() -> None:
    assert str(SessionEnd(outcome=Outcome.NOTHING_HEARD)) == (
        "this side ended the session; sound was sent, and the server heard no speech in it"
    )
