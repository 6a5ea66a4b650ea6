"""Where a session connects to, and with what right. Addresses and headers only; nothing here does I/O.

Sources: the Live API reference of ai.google.dev (endpoints, API keys, ephemeral tokens) and Vertex AI's
"Live API" and "Locations" pages. Credentials travel in headers, never in the address, so an address may be
logged. Ephemeral tokens (``auth_tokens/…``) are recognised by their prefix and take the constrained endpoint.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import TypeAlias
from urllib.parse import urlsplit, urlunsplit

import attrs

from trio_live.errors import ConfigError, ConnectError
from trio_live.wire import Platform

Token: TypeAlias = str | Callable[[], str | Awaitable[str]]
"""A credential, or a function (plain or async) that is asked for a fresh one at every dial."""

_GOOGLE_AI_HOST = "wss://generativelanguage.googleapis.com"
_EPHEMERAL = "auth_tokens/"
_MULTI_REGIONS = {"us", "eu"}
_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def _hidden(_: object) -> str:
    return "'…'"


@attrs.frozen
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

    @property
    def platform(self) -> Platform:
        """Google AI."""
        return Platform.GOOGLE_AI

    @property
    def is_ephemeral(self) -> bool:
        """Whether the credential is an ephemeral token; a callable is never one."""
        return isinstance(self.api_key, str) and self.api_key.startswith(_EPHEMERAL)

    def url(self) -> str:
        """The address, without credentials."""
        version = "v1alpha" if self.is_ephemeral else self.version
        method = "BidiGenerateContentConstrained" if self.is_ephemeral else "BidiGenerateContent"
        path = f"/ws/google.ai.generativelanguage.{version}.GenerativeService.{method}"
        return websocket_url(self.base_url or _GOOGLE_AI_HOST) + path

    def resource(self, model: str) -> str:
        """The model as ``setup`` names it."""
        return model if model.startswith(("models/", "tunedModels/")) else f"models/{model}"

    async def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that carry the credential. Asks a callable; see `Token`."""
        key = await _resolve(self.api_key, "api_key")
        if key.startswith(_EPHEMERAL):
            return [(b"Authorization", f"Token {key}".encode())]
        return [(b"x-goog-api-key", key.encode())]


@attrs.frozen
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

    @property
    def platform(self) -> Platform:
        """Vertex."""
        return Platform.VERTEX

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

    async def headers(self) -> list[tuple[bytes, bytes]]:
        """The headers that carry the credential. Asks a callable; see `Token`."""
        token = await _resolve(self.token, "token")
        headers = [(b"Authorization", f"Bearer {token}".encode())]
        if self.quota_project:
            headers.append((b"x-goog-user-project", self.quota_project.encode()))
        return headers


Endpoint: TypeAlias = GoogleAI | Vertex
"""One of the two platforms, with a credential."""


def check_endpoint(endpoint: Endpoint) -> list[str]:
    """What is wrong with an endpoint; empty when nothing is. Never repeats a credential."""
    problems = []
    match endpoint:
        case GoogleAI(api_key=key):
            if not key:
                problems.append("api_key is empty: pass a Gemini API key or an ephemeral token")
        case Vertex(project=project, location=location, token=token):
            if not project:
                problems.append("project is empty: pass the Google Cloud project id")
            if not location or not location.replace("-", "").isalnum():
                problems.append(f"location {location!r} is not a Vertex location such as 'us-central1' or 'global'")
            if not token:
                problems.append("token is empty: pass an OAuth access token, or a function that returns one")
    if endpoint.base_url is not None:
        try:
            websocket_url(endpoint.base_url)
        except ConfigError as error:
            problems.extend(error.problems)
    return problems


def websocket_url(base: str) -> str:
    """``base`` as a WebSocket address without a trailing slash; http and https become ws and wss.

    Raises:
        ConfigError: it is not an address with a host.
    """
    parts = urlsplit(base)
    try:
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if parts.scheme not in _SCHEMES or not parts.hostname or not port_is_fine:
        raise ConfigError(f"base_url {base!r} is not an address such as 'ws://127.0.0.1:8080'")
    return urlunsplit((_SCHEMES[parts.scheme], parts.netloc, parts.path.rstrip("/"), "", ""))


async def _resolve(token: Token, name: str) -> str:
    if isinstance(token, str):
        return token
    answer = token()
    if inspect.isawaitable(answer):
        answer = await answer
    if not isinstance(answer, str) or not answer:
        raise ConnectError(f"the function given as {name} returned no credential", advice="it must return a string")
    return answer
