from __future__ import annotations

from trio_live.session import SessionEnd


def test_an_end_says_why() -> None:
    assert str(SessionEnd()) == "this side ended the session"
    assert str(SessionEnd("the server is going away (1001)", 1001, "maintenance")) == "the server is going away (1001)"
