"""Who is let in: the path and the credentials of an HTTP upgrade, judged as values."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Final
from urllib.parse import SplitResult, parse_qs, urlsplit

import attrs

from trio_live.emulator._service import Route
from trio_live.transport._internal import EPHEMERAL
from trio_live.wire import Platform

_GOOGLE_AI: Final = re.compile(
    r"/ws/google\.ai\.generativelanguage\.(?P<version>\w+)\.GenerativeService\.BidiGenerateContent(?P<locked>Constrained)?"
)
_VERTEX: Final = re.compile(
    r"/ws/google\.cloud\.aiplatform\.(?P<version>\w+)\.LlmBidiService/BidiGenerateContent(?P<locked>)"
)
_PATHS: Final = ((_GOOGLE_AI, Platform.GOOGLE_AI), (_VERTEX, Platform.VERTEX))
_TOKENS: Final = re.compile(r"/v1(alpha|beta)/auth_tokens")
_QUESTIONS: Final = re.compile(
    r"/v1(?:alpha|beta|beta1)?/(?:projects/[^/]+/locations/[^/]+/publishers/google/)?models/(?P<model>[^/:]+):(?P<method>generateContent|streamGenerateContent)"
)


@attrs.frozen
class UpgradeRefusal:
    """The upgrade is refused with an HTTP status."""

    status: int
    words: str


@attrs.frozen
class TextQuestion:
    """A model is asked in text."""

    model: str
    is_streamed: bool = False
    as_events: bool = False
    """Whether the pieces come as server-sent events; otherwise as the items of a JSON array."""


def admit(target: str, headers: Iterable[tuple[bytes, bytes]], keys: Collection[str] | None) -> Route | UpgradeRefusal:
    """Judge an upgrade request.

    Args:
        target: path and query of the request.
        headers: its headers.
        keys: the credentials that are good; ``None``: any that is not empty.

    Returns:
        Where the client wants to go, or why it may not.
    """
    url = _split(target)
    found = next(((path, platform) for pattern, platform in _PATHS if (path := pattern.fullmatch(url.path))), None)
    if found is None:
        return UpgradeRefusal(404, "Not Found")
    path, platform = found
    offered = [credential for credential in _credentials(url.query, headers) if credential]
    if not offered:
        return UpgradeRefusal(401, "API key not valid: no API key or token was sent.")
    route = Route(platform, path["version"])
    ephemeral = [credential for credential in offered if credential.startswith(EPHEMERAL)]
    if path["locked"]:
        return (
            attrs.evolve(route, token=ephemeral[0])
            if ephemeral
            else UpgradeRefusal(401, "This method takes an ephemeral token.")
        )
    if ephemeral:
        return UpgradeRefusal(401, "Ephemeral tokens are taken by BidiGenerateContentConstrained only.")
    if keys is not None and not _open_the_door(offered, keys):
        return UpgradeRefusal(403, "API key not valid. Please pass a valid API key.")
    return route


def admit_request(
    target: str, headers: Iterable[tuple[bytes, bytes]], keys: Collection[str] | None
) -> UpgradeRefusal | TextQuestion | None:
    """Judge a request that is no upgrade.

    Args:
        target: path and query of the request.
        headers: its headers.
        keys: the credentials that are good; ``None``: any that is not empty.

    Returns:
        Why it is not answered; what is asked; or ``None`` for an ephemeral token.
    """
    url = _split(target)
    question = _QUESTIONS.fullmatch(url.path)
    if question is None and _TOKENS.fullmatch(url.path) is None:
        return UpgradeRefusal(404, "Not Found")
    offered = [credential for credential in _credentials(url.query, headers) if credential]
    if not offered:
        return UpgradeRefusal(401, "API key not valid: no API key was sent.")
    if keys is not None and not _open_the_door(offered, keys):
        return UpgradeRefusal(403, "API key not valid. Please pass a valid API key.")
    if question is None:
        return None
    as_events = parse_qs(url.query).get("alt") == ["sse"]
    return TextQuestion(question["model"], question["method"] == "streamGenerateContent", as_events)


def _open_the_door(offered: Iterable[str], keys: Collection[str]) -> bool:
    """Whether one of the credentials is good. How long it takes does not tell how much of one was right."""
    found = [hmac.compare_digest(each.encode(), key.encode()) for each in offered for key in keys]
    return any(found)


def _split(target: str) -> SplitResult:
    """Path and query. Clients whose base URL ends in a slash ask for ``//ws/…``, which would be read as a host."""
    return urlsplit("/" + target.lstrip("/"))


def _credentials(query: str, headers: Iterable[tuple[bytes, bytes]]) -> Iterator[str]:
    asked = parse_qs(query)
    yield from asked.get("key", ())
    yield from asked.get("access_token", ())
    for name, value in headers:
        match name.lower():
            case b"x-goog-api-key":
                yield value.decode(errors="replace").strip()
            case b"authorization":
                scheme, _, token = value.decode(errors="replace").strip().partition(" ")
                if scheme.lower() in {"bearer", "token"}:
                    yield token.strip()
            case _:
                pass
