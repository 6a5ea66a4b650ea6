"""Who may call: what a dialect's request must bring along to be believed."""

from __future__ import annotations

import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

import attrs

from trio_live.errors import ConfigError

_PORTS = {"wss": 443, "ws": 80, "https": 443, "http": 80}


@attrs.frozen
class PhoneRequest:
    """The request with which a phone asks for a WebSocket."""

    path: str
    """With its query, if there is one."""
    headers: Mapping[str, str]
    """By their names in small letters."""


class Admission(Protocol):
    """Decides who may call."""

    def refusal(self, request: PhoneRequest) -> str | None:
        """Why a request is refused, in words for the log and the peer; ``None`` when it is let in."""


@attrs.frozen
class TwilioSignature:
    """Twilio's signature: ``X-Twilio-Signature``, an HMAC-SHA1 of the URL with the account's token.

    The URL is the one that stands in the TwiML, and not what a proxy makes of it. A request for a WebSocket has no parameters
    of a form, so the URL is all that is signed. With and without its port it is the same URL, as in Twilio's own libraries.

    Args:
        auth_token: the account's.
        url: what ``<Stream url=…>`` says: ``wss://example.com/calls``.

    Raises:
        ConfigError: no token, or no such URL.
    """

    auth_token: str = attrs.field(repr=False)
    url: str

    def __attrs_post_init__(self) -> None:
        if not self.auth_token:
            raise ConfigError("a Twilio signature takes the account's auth token, and it is empty")
        if urlsplit(self.url).scheme not in _PORTS or not urlsplit(self.url).hostname:
            raise ConfigError(f"{self.url!r} is no URL of a stream; give what the TwiML says, wss://…")

    def refusal(self, request: PhoneRequest) -> str | None:
        """See `Admission.refusal`."""
        given = request.headers.get("x-twilio-signature")
        if given is None:
            return "no X-Twilio-Signature"
        expected = [twilio_signature(self.auth_token, url) for url in _with_and_without_port(self.url)]
        if any([_same(given, each) for each in expected]):  # noqa: C419  # each is compared, whatever the first one says
            return None
        return "a wrong X-Twilio-Signature: is url= what the TwiML says, and the token that of the account?"


@attrs.frozen
class TelnyxToken:
    """Telnyx' token: what ``stream_auth_token`` was given comes back as ``x-telnyx-streaming-auth-token``.

    Args:
        token: what was given.

    Raises:
        ConfigError: it is empty.
    """

    token: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.token:
            raise ConfigError("the token of a Telnyx stream is empty")

    def refusal(self, request: PhoneRequest) -> str | None:
        """See `Admission.refusal`."""
        given = request.headers.get("x-telnyx-streaming-auth-token")
        if given is None:
            return "no x-telnyx-streaming-auth-token"
        return None if _same(given, self.token) else "a wrong x-telnyx-streaming-auth-token"


@attrs.frozen
class BasicAuth:
    """A name and a password, as Asterisk's ``websocket_client.conf`` has them.

    Raises:
        ConfigError: the name has a colon.
    """

    username: str
    password: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if ":" in self.username:
            raise ConfigError("a user's name cannot have a colon in it")

    def refusal(self, request: PhoneRequest) -> str | None:
        """See `Admission.refusal`."""
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "basic":
            return "no Authorization: Basic"
        expected = _base64(f"{self.username}:{self.password}".encode())
        return None if _same(given.strip(), expected) else "a wrong name or password"


@attrs.frozen
class SecretPath:
    """A path that nobody can guess, for those who sign nothing.

    Args:
        path: from the host on: ``/calls/3f1b…``; 16 characters at least.

    Raises:
        ConfigError: it could be guessed, or is no path.
    """

    path: str = attrs.field(repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.path.startswith("/") or len(self.path) < 17:  # noqa: PLR2004
            raise ConfigError(
                "a secret path begins with / and has 16 more characters at least: secrets.token_urlsafe()"
            )

    def refusal(self, request: PhoneRequest) -> str | None:
        """See `Admission.refusal`."""
        return None if _same(request.path.partition("?")[0], self.path) else "another path"


def twilio_signature(auth_token: str, url: str, parameters: Mapping[str, str] | None = None) -> str:
    """What Twilio writes into ``X-Twilio-Signature`` (twilio.com/docs/usage/security#validating-requests).

    For the webhook that answers a call with TwiML, too, whose form is signed along with the URL.

    Args:
        auth_token: the account's.
        url: the whole URL, with its query.
        parameters: of the form, where there is one.
    """
    signed = url + "".join(f"{name}{value}" for name, value in sorted((parameters or {}).items()))
    return _base64(hmac.digest(auth_token.encode(), signed.encode(), hashlib.sha1))


def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port or _PORTS[parts.scheme]
    return (
        parts._replace(netloc=host).geturl(),
        parts._replace(netloc=f"{host}:{port}").geturl(),
    )


def _base64(data: bytes) -> str:
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
