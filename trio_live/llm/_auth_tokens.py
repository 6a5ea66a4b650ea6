"""Ephemeral tokens: a server that holds the key asks for one and hands it to a client, which opens a session with it.

Source: ``auth_tokens`` of the Gemini Developer API (ai.google.dev, "Ephemeral tokens"); Vertex has none. Needs the extra
``llm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import attrs
import msgspec
import trio

from trio_live._typing import Seconds
from trio_live._values import value
from trio_live._wording import one_line
from trio_live.errors import ConfigError, ConnectError, ConnectRejected, ConnectTimeout
from trio_live.llm._wire import error_words, rest_base
from trio_live.transport import Endpoint, GoogleAI
from trio_live.transport._internal import EPHEMERAL, check_endpoint
from trio_live.wire import PREVIEW_VERSION, ClientMessage, Setup, encode_client_message

ANSWERED_WITHIN: Final[Seconds] = 10.0
LONGEST: Final[Seconds] = 20 * 3600.0 - 60.0
"""Every time must be less than 20 hours away (documented); a minute of it is for clocks that differ."""
MOST_USES: Final = 2**31 - 1

_NAMES: Final = {field.name: field.encode_name for field in msgspec.structs.fields(Setup)}
_SNAKE: Final = re.compile(r"_([a-z])")


@value
class AuthToken:
    """A credential that opens Live sessions, and nothing else, for a while."""

    name: str = attrs.field(repr=lambda _: "'…'")
    """The token: what a client gives as its ``api_key``."""
    expires_at: float
    """Messages are refused from then on, in seconds since the epoch."""
    opens_until: float
    """New sessions are refused from then on."""
    uses: int
    """How many sessions it opens; 0: any number."""


@value(kw_only=True)
class TokenTerms:
    """What a token is to be good for.

    Raises:
        ConfigError: what cannot be, all of it.
    """

    uses: int = 1
    """How many sessions it opens; 0: any number. Resuming one does not count."""
    expires_in: Seconds = 30 * 60.0
    """After so many seconds messages are refused."""
    opens_within: Seconds = 60.0
    """After so many seconds no new session is opened; one that is open may be resumed."""
    locked: Sequence[str] | None = None
    """Settings of the agent that the client cannot change: names of fields of ``setup``, or paths such as
    ``generationConfig.temperature``. ``None``: all of them, so that the client's own count for nothing; empty: none."""

    def __attrs_post_init__(self) -> None:
        if problems := [*self._problems()]:
            raise ConfigError(problems)

    def _problems(self) -> Iterator[str]:
        if type(self.uses) is not int or not 0 <= self.uses <= MOST_USES:
            yield f"uses is a count of sessions, 0 for any number, not {self.uses!r}"
        for name in ("expires_in", "opens_within"):
            given = getattr(self, name)
            if type(given) not in (int, float) or not 1 <= given <= LONGEST:
                yield f"{name} is a number of seconds from 1 to {LONGEST:g}, not {given!r}"
        if isinstance(self.locked, str):
            yield "locked is a list of fields, not a single string"
            return
        for path in self.locked or ():
            first = str(path).partition(".")[0]
            if first not in _NAMES and first not in _NAMES.values():
                yield f"{path!r} in locked is no field of a setup; there are {', '.join(_NAMES.values())}"

    def mask(self) -> str:
        """The locked paths, as the wire has them."""
        return ",".join(_SNAKE.sub(lambda letter: letter[1].upper(), path) for path in self.locked or ())


async def create_auth_token(
    endpoint: Endpoint, terms: TokenTerms | None = None, setup: Setup | None = None
) -> AuthToken:
    """Ask for a token. `Live.create_auth_token` does it with the setup of an agent.

    Args:
        endpoint: a `GoogleAI` with an API key.
        terms: what it is to be good for; one session that begins within a minute, unless given.
        setup: holds the settings that the terms lock; ``None`` locks nothing.

    Raises:
        ConfigError: it cannot work there, or httpx is not installed.
        ConnectRejected: the server refuses; ``code`` is the HTTP status.
        ConnectTimeout: it did not answer in time.
        ConnectError: it cannot be reached, or its answer makes no sense.

    Cancellation: the request is given up; a token that was made meanwhile is of no use to anybody, and expires.
    """
    if problems := [*_unfit(endpoint)]:
        raise ConfigError(problems)
    import httpx

    from trio_live.llm._http import open_client, post

    terms = terms or TokenTerms()
    now = datetime.now(UTC).timestamp()
    token = AuthToken("", now + terms.expires_in, now + min(terms.opens_within, terms.expires_in), terms.uses)
    address = await endpoint.address()
    headers = {name.decode(): value.decode() for name, value in address.headers}
    body = msgspec.json.encode(_wish(token, terms, setup))
    try:
        with trio.fail_after(ANSWERED_WITHIN):
            async with open_client() as client:
                answer = await post(client, f"{rest_base(address)}/{PREVIEW_VERSION}/auth_tokens", body, headers)
    except trio.TooSlowError:
        raise ConnectTimeout(f"no ephemeral token was given within {ANSWERED_WITHIN:g} s") from None
    except httpx.HTTPError as error:
        words = address.redacted(one_line(str(error) or type(error).__name__))
        raise ConnectError(f"nobody could be asked for an ephemeral token: {words}") from None
    if not answer.is_success:
        words = address.redacted(one_line(error_words(answer.content)))
        raise ConnectRejected(
            f"no ephemeral token was given: HTTP {answer.status_code}" + (f": {words}" if words else ""),
            code=answer.status_code,
            reason=words,
        )
    return attrs.evolve(token, name=_name_in(answer.content))


def _unfit(endpoint: Endpoint) -> Iterator[str]:
    try:
        import httpx  # noqa: F401 - an extra
    except ImportError:
        yield "ephemeral tokens are asked for with httpx: pip install 'trio-live[llm]'"
    if not isinstance(endpoint, GoogleAI):
        yield "Vertex has no ephemeral tokens; give clients an access token of their own"
        return
    if isinstance(endpoint.api_key, str) and endpoint.api_key.startswith(EPHEMERAL):
        yield "an ephemeral token cannot make another one; that takes an API key"
    yield from check_endpoint(endpoint)


def _wish(token: AuthToken, terms: TokenTerms, setup: Setup | None) -> dict[str, Any]:
    wish: dict[str, Any] = {
        "uses": terms.uses,
        "expireTime": _stamp(token.expires_at),
        "newSessionExpireTime": _stamp(token.opens_until),
    }
    if setup is not None and (terms.locked is None or terms.locked):
        message = msgspec.json.decode(encode_client_message(ClientMessage(setup=setup)))
        wish["bidiGenerateContentSetup"] = message["setup"]
        if terms.locked:
            wish["fieldMask"] = terms.mask()
    return wish


def _stamp(instant: float) -> str:
    """By RFC 3339, to the second: fractions have been refused."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name_in(body: bytes) -> str:
    try:
        name = msgspec.json.decode(body).get("name")
    except (msgspec.MsgspecError, UnicodeDecodeError, AttributeError):
        name = None
    if not isinstance(name, str) or not name.startswith(EPHEMERAL):
        raise ConnectError("the server answered, but with no ephemeral token")
    return name
