from __future__ import annotations

import json
from typing import Any

import pytest

from trio_live.emulator._access import _tokens
from trio_live.emulator._access._tokens import (
    AT_MOST,
    GOOD_FOR,
    OPENS_FOR,
    BadTerms,
    Terms,
    Tokens,
    expired,
    read_terms,
)

NOW = 1_800_000_000.0
"""2027-01-15T08:00:00Z"""


def terms(**wish: Any) -> Terms:
    return read_terms(json.dumps(wish).encode(), NOW)


def test_the_usual_terms() -> None:
    wanted = Terms(expires=NOW + GOOD_FOR, opens_until=NOW + OPENS_FOR)
    assert read_terms(b"", NOW) == read_terms(b"{}", NOW) == wanted
    assert wanted.uses == 1


def test_all_terms_in_both_spellings() -> None:
    wanted = Terms(
        expires=NOW + 3600, opens_until=NOW + 600.5, uses=3, setup=b'{"model": "models/m"}', mask=("model", "tools")
    )
    assert wanted == terms(
        expireTime="2027-01-15T09:00:00Z",
        newSessionExpireTime="2027-01-15T08:10:00.5Z",
        uses=3,
        bidiGenerateContentSetup={"model": "models/m"},
        fieldMask="model, tools",
    )
    assert wanted == terms(
        expire_time="2027-01-15T10:00:00+01:00",
        new_session_expire_time="2027-01-15T08:10:00.5",
        uses="3",
        bidi_generate_content_setup={"setup": {"model": "models/m"}},
        field_mask="model,tools",
    )


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"[]", "Invalid JSON"),
        (b"{", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b'{"uses": "' + b"9" * 5000 + b'"}', "uses"),
        (b'{"uses": ' + b"9" * 5000 + b"}", "Invalid JSON"),
        (b'{"uses": 2147483648}', "uses"),
        (b'{"fieldMask": "' + b"a." * 1000 + b'a"}', "field_mask"),
        (b'{"fieldMask": "' + b"a," * 1000 + b'a"}', "field_mask"),
        (b'{"speed": 1}', 'Unknown name "speed"'),
        (b'{"uses": -1}', "uses"),
        (b'{"uses": true}', "uses"),
        (b'{"uses": "many"}', "uses"),
        (b'{"bidiGenerateContentSetup": "all"}', "bidi_generate_content_setup"),
        (b'{"expireTime": "soon"}', "expireTime"),
        (b'{"expireTime": "2027-01-15T07:59:59Z"}', "less than 20 hours"),
        (b'{"newSessionExpireTime": "2027-01-16T04:00:00Z"}', "less than 20 hours"),
    ],
)
def test_terms_that_make_no_sense_are_refused(body: bytes, complaint: str) -> None:
    assert AT_MOST == 20 * 3600
    with pytest.raises(BadTerms, match=complaint):
        read_terms(body, NOW)


def test_a_token_opens_as_many_sessions_as_it_says_and_resuming_is_free() -> None:
    tokens = Tokens()
    tokens.keep("t", Terms(expires=NOW + 100, opens_until=NOW + 10, uses=2))
    assert tokens.open_session("t", NOW, resuming=False) is None
    assert tokens.open_session("t", NOW, resuming=True) is None
    assert tokens.open_session("t", NOW, resuming=False) is None
    assert "too many times" in str(tokens.open_session("t", NOW, resuming=False))
    assert tokens.open_session("t", NOW + 50, resuming=True) is None


def test_a_token_without_a_limit_opens_any_number() -> None:
    tokens = Tokens()
    tokens.keep("t", Terms(expires=NOW + 100, opens_until=NOW + 10, uses=0))
    assert all(tokens.open_session("t", NOW, resuming=False) is None for _ in range(100))


def test_a_token_opens_nothing_when_it_is_too_late() -> None:
    tokens = Tokens()
    tokens.keep("t", Terms(expires=NOW + 100, opens_until=NOW + 10))
    assert "no new sessions" in str(tokens.open_session("t", NOW + 10, resuming=False))
    assert "expired" in str(tokens.open_session("t", NOW + 100, resuming=True))


def test_lateness() -> None:
    good = Terms(expires=NOW, opens_until=NOW)
    assert expired(good, NOW - 0.1) is None
    assert expired(good, NOW) is not None
    assert expired(None, NOW) is None


def test_tokens_of_others_are_not_known() -> None:
    tokens = Tokens()
    assert tokens.find("t") is None
    assert tokens.find(None) is None
    assert tokens.open_session("t", NOW, resuming=False) is None


def test_the_oldest_tokens_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_tokens, "MOST_TOKENS", 2)
    tokens = Tokens()
    for name in "abc":
        tokens.keep(name, Terms(expires=NOW, opens_until=NOW))
    assert [tokens.find(name) is None for name in "abc"] == [True, False, False]


def test_the_settings_of_all_tokens_together_are_bounded() -> None:
    tokens = Tokens()
    setup = b"x" * (1024 * 1024)
    for number in range(40):
        tokens.keep(str(number), Terms(expires=NOW, opens_until=NOW, setup=setup))
    kept = [number for number in range(40) if tokens.find(str(number)) is not None]
    assert kept == list(range(24, 40)), "sixteen megabytes of the newest"
