"""Who may call."""

from __future__ import annotations

import pytest

from trio_live import ConfigError
from trio_live.phone import (
    Admission,
    BasicAuth,
    PhoneRequest,
    SecretPath,
    TelnyxToken,
    TwilioSignature,
    twilio_signature,
)

URL = "wss://example.com/calls"
TOKEN = "12345"


def asked(path: str = "/calls", **headers: str) -> PhoneRequest:
    return PhoneRequest(path, {name.replace("_", "-"): text for name, text in headers.items()})


def test_the_signature_is_that_of_twilio_s_own_libraries() -> None:
    """The example that twilio.com/docs/usage/security and the tests of Twilio's libraries have."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio_signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("url", [URL, "wss://example.com:443/calls"])
@pytest.mark.parametrize("signed", [URL, "wss://example.com:443/calls"])
def test_a_port_that_goes_without_saying_makes_no_difference(url: str, signed: str) -> None:
    admission = TwilioSignature(TOKEN, url)
    assert admission.refusal(asked(x_twilio_signature=twilio_signature(TOKEN, signed))) is None


CASES: dict[str, tuple[Admission, PhoneRequest, str | None]] = {
    "no signature": (TwilioSignature(TOKEN, URL), asked(), "no X-Twilio-Signature"),
    "the signature of another token": (
        TwilioSignature(TOKEN, URL),
        asked(x_twilio_signature=twilio_signature("54321", URL)),
        "a wrong X-Twilio-Signature",
    ),
    "the signature of another URL": (
        TwilioSignature(TOKEN, URL),
        asked(x_twilio_signature=twilio_signature(TOKEN, "wss://example.com/other")),
        "a wrong X-Twilio-Signature",
    ),
    "a signature that is none": (TwilioSignature(TOKEN, URL), asked(x_twilio_signature="ä"), "a wrong"),
    "a token": (TelnyxToken("secret"), asked(x_telnyx_streaming_auth_token="secret"), None),
    "no token": (TelnyxToken("secret"), asked(), "no x-telnyx"),
    "another token": (TelnyxToken("secret"), asked(x_telnyx_streaming_auth_token="Secret"), "a wrong x-telnyx"),
    "name and password": (BasicAuth("asterisk", "secret"), asked(authorization="Basic YXN0ZXJpc2s6c2VjcmV0"), None),
    "no password": (BasicAuth("asterisk", "secret"), asked(), "no Authorization"),
    "another password": (BasicAuth("asterisk", "secret"), asked(authorization="Basic YXN0ZXJpc2s6"), "a wrong name"),
    "another kind": (BasicAuth("asterisk", "secret"), asked(authorization="Bearer x"), "no Authorization"),
    "the secret path": (SecretPath("/calls/0123456789abcdef"), asked("/calls/0123456789abcdef?a=b"), None),
    "another path": (SecretPath("/calls/0123456789abcdef"), asked("/calls/"), "another path"),
}


@pytest.mark.parametrize("name", CASES)
def test_who_brings_what_is_asked_for_is_let_in(name: str) -> None:
    admission, request, words = CASES[name]
    refusal = admission.refusal(request)
    if words is None:
        assert refusal is None
    else:
        assert refusal is not None
        assert refusal.startswith(words)


@pytest.mark.parametrize("name", CASES)
def test_no_secret_is_shown(name: str) -> None:
    admission, _, _ = CASES[name]
    assert not any(secret in repr(admission) for secret in (TOKEN, "secret", "0123456789abcdef"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TwilioSignature("", URL), "auth token"),
        (lambda: TwilioSignature(TOKEN, "example.com/calls"), "no URL of a stream"),
        (lambda: TelnyxToken(""), "is empty"),
        (lambda: BasicAuth("a:b", "c"), "colon"),
        (lambda: SecretPath("/calls"), "16 more characters"),
    ],
    ids=["empty token", "no URL", "no token", "colon", "short path"],
)
def test_a_mistake_is_told_at_once(make: object, words: str) -> None:
    assert callable(make)
    with pytest.raises(ConfigError, match=words):
        make()
