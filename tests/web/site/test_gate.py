"""Who may come in."""

from __future__ import annotations

import pytest

from trio_live import ConfigError
from trio_live.web._site._gate import Gate, Visit, new_token, refusal

OPEN = Gate(token="a-secret", origins=("https://example.org",))
NEAR = "127.0.0.1"
FAR = "203.0.113.9"


def visit(client: str | None = NEAR, **headers: str) -> Visit:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Visit(method="GET", path="", headers={"host": "127.0.0.1:8020", **named}, client=client)


@pytest.mark.parametrize(
    ("gate", "asks", "may_read", "may_talk"),
    [
        pytest.param(Gate(), visit(), True, True, id="this machine, no browser"),
        pytest.param(Gate(), visit(origin="http://127.0.0.1:8020"), True, True, id="the page itself"),
        pytest.param(
            Gate(), visit(host="localhost:8020", origin="http://localhost:8020"), True, True, id="by another local name"
        ),
        pytest.param(Gate(), visit(host="[::1]:8020", client="::1", origin="http://[::1]:8020"), True, True, id="IPv6"),
        pytest.param(Gate(), visit(origin="http://localhost:3000"), True, False, id="another local page"),
        pytest.param(Gate(), visit(origin="https://evil.example"), True, False, id="a foreign page"),
        pytest.param(Gate(), visit(origin="null"), True, False, id="a page without an origin"),
        pytest.param(
            Gate(),
            visit(host="evil.example:8020", origin="http://evil.example:8020"),
            False,
            False,
            id="a rebound name",
        ),
        pytest.param(Gate(), visit(FAR), False, False, id="another machine"),
        pytest.param(Gate(), visit(None), False, False, id="nobody knows from where"),
        pytest.param(Gate(), visit(x_forwarded_for=FAR), False, False, id="through a proxy"),
        pytest.param(
            Gate(), visit(forwarded=f"for={FAR}"), False, False, id="through a proxy that follows the standard"
        ),
        pytest.param(Gate(), visit(host="["), False, False, id="a host that is none"),
        pytest.param(
            Gate(token="a-secret"), visit(FAR), False, False, id="a token alone lets nobody in from elsewhere"
        ),
        pytest.param(
            OPEN, visit(FAR, host="example.org", origin="https://example.org"), True, True, id="a page of ours"
        ),
        pytest.param(OPEN, visit(FAR, host="example.org", origin="https://EXAMPLE.org"), True, True, id="in capitals"),
        pytest.param(OPEN, visit(FAR, host="example.org", origin="http://example.org"), True, False, id="without TLS"),
        pytest.param(
            OPEN, visit(FAR, host="example.org", origin="https://example.org.evil"), True, False, id="a longer name"
        ),
        pytest.param(OPEN, visit(FAR, host="example.org"), True, True, id="no browser"),
        pytest.param(OPEN, visit(origin="http://127.0.0.1:8020"), True, True, id="this machine, through an open gate"),
        pytest.param(
            OPEN, visit(FAR, origin="http://127.0.0.1:8020"), True, False, id="somebody who says they are near"
        ),
    ],
)
def test_who_may_come_in(*, gate: Gate, asks: Visit, may_read: bool, may_talk: bool) -> None:
    assert (refusal(gate, asks, is_socket=False) is None) is may_read
    assert (refusal(gate, asks, is_socket=True) is None) is may_talk


def test_a_refusal_says_what_to_do() -> None:
    refused = refusal(Gate(), visit(FAR), is_socket=False)
    assert refused is not None
    assert (refused.status, refused.words) == (
        403,
        "Only this machine may use this page; give the gate a token and origins to let others in.",
    )


@pytest.mark.parametrize("token", ["a-secre", "a-secret2", "", None, 7, ["a-secret"]])
def test_only_the_token_fits(token: object) -> None:
    assert not OPEN.fits(token)
    assert OPEN.fits("a-secret")
    assert Gate().fits(token)


def test_mistakes_are_told_together() -> None:
    with pytest.raises(ConfigError) as caught:
        Gate(origins=("example.org", "https://example.org/page"))
    assert caught.value.problems == (
        "origins let others in, and they need a token",
        "'example.org' is no origin; write it as https://example.org",
        "'https://example.org/page' is no origin; write it as https://example.org",
    )
    with pytest.raises(ConfigError, match="pass a tuple of them"):
        Gate(token="a", origins="https://example.org")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="new_token"):
        Gate(token=" ")


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.168.1.7", "example.org"])  # noqa: S104
def test_an_address_that_others_reach_needs_an_open_gate(host: str) -> None:
    for gate in (Gate(), Gate(token="a-secret")):
        with pytest.raises(ConfigError, match="give the gate a token and origins"):
            gate.check_host(host)
    OPEN.check_host(host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_loopback_needs_nothing(host: str) -> None:
    Gate().check_host(host)


def test_tokens_differ_and_are_not_shown() -> None:
    assert new_token() != new_token()
    assert "a-secret" not in repr(OPEN)
