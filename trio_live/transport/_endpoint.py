"""Where a session connects to, and with what right. Addresses and headers only; nothing here does I/O.

Sources: the Live API reference of ai.google.dev (endpoints, API keys, ephemeral tokens) and Vertex AI's
"Live API" and "Locations" pages. Credentials travel in headers, never in the address, so an address may be
logged. Ephemeral tokens (``auth_tokens/…``) are recognised by their prefix and take the constrained endpoint; as
a function may return one, the address of a dial is known only once the credential is.
"""

from __future__ import annotations

import inspect
import ipaddress
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit, urlunsplit

import attrs

from trio_live._values import value
from trio_live.errors import ConfigError, ConnectError
from trio_live.wire import PREVIEW_VERSION, Platform

Token: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""A credential, or a function (plain or async) that is asked for a fresh one at every dial."""

_GOOGLE_AI_HOST = "wss://generativelanguage.googleapis.com"
EPHEMERAL = "auth_tokens/"
"""How a token begins that opens Live sessions, and nothing else."""
_MULTI_REGIONS = {"us", "eu"}
_LONGEST_LOCATION = 50
"""Together with ``-aiplatform`` it must fit into one label of a host name, which has 63 characters at most."""
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


_NOT_AN_ADDRESS = "base_url is not an address such as 'ws://127.0.0.1:8080'"
_IN_THE_CLEAR = (
    "base_url leads to another machine without TLS, where anybody on the way can read the credential: "
    "use wss:// or https://, or ask for it with cleartext=True"
)
_BAD_CREDENTIAL = "holds a blank, a line break or another character that no credential has"


def _hidden(_: object) -> str:
    return "'…'"


@value
class Address:
    """One dial: where to, and the headers that carry the credential."""

    url: str
    """Without credentials."""
    headers: tuple[tuple[bytes, bytes], ...] = attrs.field(repr=_hidden)
    credential: str = attrs.field(repr=_hidden)

    def redacted(self, text: str) -> str:
        """``text``, which somebody else wrote, without the credential."""
        return text.replace(self.credential, "…")


@value
class GoogleAI:
    """The Gemini Developer API.

    ``api_key`` is an API key or an ephemeral token. ``base_url`` points somewhere else, for instance to the
    emulator: ``ws://127.0.0.1:8080``.
    """

    api_key: Token = attrs.field(repr=_hidden)
    base_url: str | None = None
    version: str = "v1beta"
    model: str | None = None
    """Used when the builder names no model."""
    cleartext: bool = attrs.field(default=False, kw_only=True)
    """Let the credential go to another machine without TLS, where anybody on the way can read it."""

    @property
    def platform(self) -> Platform:
        """Google AI."""
        return Platform.GOOGLE_AI

    @property
    def api_version(self) -> str:
        """The version that is dialled. Ephemeral tokens have one of their own."""
        return self._version(self.api_key if isinstance(self.api_key, str) else "")

    def url(self) -> str:
        """The address, without credentials; that for API keys while the credential is a function not yet asked."""
        return self._url(self.api_key if isinstance(self.api_key, str) else "")

    def _url(self, key: str) -> str:
        method = "BidiGenerateContentConstrained" if key.startswith(EPHEMERAL) else "BidiGenerateContent"
        path = f"/ws/google.ai.generativelanguage.{self._version(key)}.GenerativeService.{method}"
        return websocket_url(self.base_url or _GOOGLE_AI_HOST) + path

    def _version(self, key: str) -> str:
        return PREVIEW_VERSION if key.startswith(EPHEMERAL) else self.version

    def resource(self, model: str) -> str:
        """The model as ``setup`` names it."""
        return model if model.startswith(("models/", "tunedModels/")) else f"models/{model}"

    async def address(self) -> Address:
        """What to dial now. Asks a callable; see `Token`.

        Raises:
            ConnectError: the callable failed, or what it returned cannot be a credential.
        """
        key = await _resolve(self.api_key, "api_key")
        if key.startswith(EPHEMERAL):
            header = (b"Authorization", f"Token {key}".encode())
        else:
            header = (b"x-goog-api-key", key.encode())
        return Address(self._url(key), (header,), key)


@value
class Vertex:
    """Vertex AI (the Gemini Enterprise Agent Platform).

    ``token`` is an OAuth access token; they live about an hour, so production passes a callable. ``location`` is a
    region (``us-central1``), a multi-region (``us``, ``eu``) or ``global``.
    """

    project: str
    location: str
    token: Token = attrs.field(repr=_hidden)
    base_url: str | None = None
    version: str = "v1beta1"
    model: str | None = None
    """Used when the builder names no model."""
    quota_project: str | None = None
    cleartext: bool = attrs.field(default=False, kw_only=True)
    """As `GoogleAI.cleartext`."""

    @property
    def platform(self) -> Platform:
        """Vertex."""
        return Platform.VERTEX

    @property
    def api_version(self) -> str:
        """The version that is dialled."""
        return self.version

    def url(self) -> str:
        """The address, without credentials."""
        path = f"/ws/google.cloud.aiplatform.{self.version}.LlmBidiService/BidiGenerateContent"
        return websocket_url(self.base_url or f"wss://{self._host()}") + path

    def _host(self) -> str:
        if self.location == "global":
            return "aiplatform.googleapis.com"
        if self.location in _MULTI_REGIONS:
            return f"aiplatform.{self.location}.rep.googleapis.com"
        return f"{self.location}-aiplatform.googleapis.com"

    def resource(self, model: str) -> str:
        """The model as ``setup`` names it."""
        if model.startswith(("projects/", "publishers/")):
            return model
        bare = model.removeprefix("models/")
        return f"projects/{self.project}/locations/{self.location}/publishers/google/models/{bare}"

    async def address(self) -> Address:
        """What to dial now. Asks a callable; see `Token`.

        Raises:
            ConnectError: the callable failed, or what it returned cannot be a credential.
        """
        token = await _resolve(self.token, "token")
        headers = [(b"Authorization", f"Bearer {token}".encode())]
        if self.quota_project:
            headers.append((b"x-goog-user-project", self.quota_project.encode()))
        return Address(self.url(), tuple(headers), token)


Endpoint: TypeAlias = GoogleAI | Vertex
"""One of the two platforms, with a credential."""


def check_endpoint(endpoint: Endpoint) -> list[str]:
    """What is wrong with an endpoint; empty when nothing is. Never repeats a credential."""
    problems = []
    match endpoint:
        case GoogleAI(api_key=key):
            problems += _check_token(key, "api_key", "a Gemini API key or an ephemeral token")
        case Vertex(project=project, location=location, token=token, quota_project=quota_project):
            if not project:
                problems.append("project is empty: pass the Google Cloud project id")
            if not _is_location(location):
                problems.append(f"location {location!r} is not a Vertex location such as 'us-central1' or 'global'")
            problems += _check_token(token, "token", "an OAuth access token, or a function that returns one")
            if quota_project and not _fits_a_header(quota_project):
                problems.append(f"quota_project {quota_project!r} is not a Google Cloud project id")
    if endpoint.base_url is not None:
        try:
            url = urlsplit(websocket_url(endpoint.base_url))
        except ConfigError as error:
            return [*problems, *error.problems]
        if url.scheme == "ws" and not endpoint.cleartext and not is_loopback(url.hostname or ""):
            problems.append(_IN_THE_CLEAR)
    return problems


def _check_token(token: Token, name: str, what: str) -> list[str]:
    if not token:
        return [f"{name} is empty: pass {what}"]
    if isinstance(token, str) and not _fits_a_header(token):
        return [f"{name} {_BAD_CREDENTIAL}; was it read from a file together with the line's end?"]
    return []


def _fits_a_header(text: str) -> bool:
    """Whether every character is visible ASCII."""
    return text.isascii() and text.isprintable() and " " not in text


def _is_location(location: str) -> bool:
    return location.isascii() and location.replace("-", "").isalnum() and len(location) <= _LONGEST_LOCATION


def websocket_url(base: str) -> str:
    """``base`` as a WebSocket address without a trailing slash; http and https become ws and wss.

    Raises:
        ConfigError: it is not an address with a host, or it holds more than that and a path. The address is not
            repeated: a mistaken one is where credentials turn up.
    """
    try:
        parts = urlsplit(base)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:  # a port that is no number, a bracket left open, a label of the host too long
        raise ConfigError(_NOT_AN_ADDRESS) from None
    if parts.scheme not in _SCHEMES or not host or port == 0 or not _fits_a_header(host + parts.path):
        raise ConfigError(_NOT_AN_ADDRESS)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ConfigError("base_url holds more than a host, a port and a path: pass the credential as such")
    return urlunsplit((_SCHEMES[parts.scheme], parts.netloc, parts.path.rstrip("/"), "", ""))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, and nobody between here and there can listen."""
    try:
        return host.rstrip(".").lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _resolve(token: Token, name: str) -> str:
    answer = token if isinstance(token, str) else await _ask(token, name)
    if not answer or not isinstance(answer, str):
        raise ConnectError(f"there is no credential in {name}", advice="a function must return a string")
    if not _fits_a_header(answer):
        raise ConnectError(f"the credential given as {name} {_BAD_CREDENTIAL}")
    return answer


async def _ask(token: Callable[[], str | Awaitable[str]], name: str) -> object:
    """The answer of a user's function; its exception becomes the cause of ours, so that a reconnect may try again."""
    try:
        answer = token()
        return await answer if inspect.isawaitable(answer) else answer
    except Exception as error:
        raise ConnectError(f"the function given as {name} raised {type(error).__name__}") from error
