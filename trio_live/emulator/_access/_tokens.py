"""Ephemeral tokens: credentials that a server hands to its clients, good for little and not for long.

Times are those of the clock, in seconds since 1970; they come in as arguments, for nothing here reads a clock.
"""

from __future__ import annotations

import json
from collections import Counter, OrderedDict
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from trio_live._typing import Seconds
from trio_live.emulator._service import HAS_EXPIRED, LIMITS, OPENS_NO_MORE, POLICY, USED_UP, Refused

GOOD_FOR: Final[Seconds] = 30 * 60.0
"""How long messages are taken when the request does not say."""
OPENS_FOR: Final[Seconds] = 60.0
"""How long new sessions can be opened when the request does not say."""
AT_MOST: Final[Seconds] = 20 * 3600.0
"""Every time must be nearer than this."""
MOST_TOKENS: Final = LIMITS["tokens"].most

_FIELDS: Final = {
    "expireTime": "expireTime",
    "expire_time": "expireTime",
    "newSessionExpireTime": "newSessionExpireTime",
    "new_session_expire_time": "newSessionExpireTime",
    "uses": "uses",
    "bidiGenerateContentSetup": "bidiGenerateContentSetup",
    "bidi_generate_content_setup": "bidiGenerateContentSetup",
    "fieldMask": "fieldMask",
    "field_mask": "fieldMask",
}
"""Spelling → field of the request."""


@attrs.frozen(kw_only=True)
class Terms:
    """What a token is good for."""

    expires: float
    """Messages are refused from then on."""
    opens_until: float
    """New sessions are refused from then on."""
    uses: int = 1
    """How many sessions it opens; 0: any number. Resuming one does not count."""
    setup: bytes | None = None
    """Settings that are locked, as JSON: a tenth of what they take as values. ``None``: none are."""
    mask: tuple[str, ...] = ()
    """Paths of the settings that are locked; empty: all of ``setup``."""


class BadTerms(ValueError):  # noqa: N818  # named for what it is
    """A request for a token that makes no sense; its text says why."""


def read_terms(body: bytes, now: float) -> Terms:
    """The terms a request asks for.

    Raises:
        BadTerms: it makes no sense.
    """
    wish = _wish(body)
    uses = wish.get("uses", 1)
    if isinstance(uses, bool) or not _is_count(uses):
        raise BadTerms("Invalid value at 'auth_token.uses'")
    setup = wish.get("bidiGenerateContentSetup")
    if setup is not None and not isinstance(setup, dict):
        raise BadTerms("Invalid value at 'auth_token.bidi_generate_content_setup'")
    mask = tuple(path.strip() for path in str(wish.get("fieldMask") or "").split(",") if path.strip())
    if len(mask) > LIMITS["paths"].most or any(path.count(".") >= LIMITS["steps"].most for path in mask):
        raise BadTerms("Invalid value at 'auth_token.field_mask'")
    return Terms(
        expires=_time(wish, "expireTime", now, GOOD_FOR),
        opens_until=_time(wish, "newSessionExpireTime", now, OPENS_FOR),
        uses=int(uses),
        setup=None if setup is None else json.dumps(setup.get("setup", setup)).encode(),
        mask=mask,
    )


def _is_count(uses: object) -> bool:
    """Whether it is a count in digits that no more than a count has."""
    most = LIMITS["uses"].most
    text = str(uses)
    return text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most


def _wish(body: bytes) -> dict[str, Any]:
    try:
        wish = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise BadTerms("Invalid JSON payload received.") from None
    if not isinstance(wish, dict):
        raise BadTerms("Invalid JSON payload received.")
    for name in wish:
        if name not in _FIELDS:
            raise BadTerms(
                f"Invalid JSON payload received. Unknown name \"{name}\" at 'auth_token': Cannot find field."
            )
    return {_FIELDS[name]: value for name, value in wish.items() if value is not None}


def _time(wish: dict[str, Any], name: str, now: float, usual: Seconds) -> float:
    if name not in wish:
        return now + usual
    try:
        found = datetime.fromisoformat(str(wish[name]))
    except ValueError:
        raise BadTerms(f"Invalid value at 'auth_token.{name}'") from None
    instant = (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    if not now < instant < now + AT_MOST:
        raise BadTerms(f"{name} must be in the future and less than 20 hours away.")
    return instant


class Tokens:
    """All tokens an emulator has given out."""

    def __init__(self) -> None:
        self._terms: OrderedDict[str, Terms] = OrderedDict()
        self._used: Counter[str] = Counter()
        self._size = 0

    def keep(self, name: str, terms: Terms) -> None:
        """Remember what a new token is good for."""
        self._terms[name] = terms
        self._size += len(terms.setup or b"")
        while len(self._terms) > MOST_TOKENS or self._size > LIMITS["token bytes"].most:
            forgotten, old = self._terms.popitem(last=False)
            self._size -= len(old.setup or b"")
            del self._used[forgotten]

    def find(self, name: str | None) -> Terms | None:
        """What a token is good for; ``None`` for one that was not given out here."""
        return None if name is None else self._terms.get(name)

    def open_session(self, name: str, now: float, *, resuming: bool) -> Refused | None:
        """Use a token; returns why that is refused."""
        terms = self._terms.get(name)
        if terms is None:
            return None
        refusal = expired(terms, now)
        if refusal is None and not resuming:
            if now >= terms.opens_until:
                return Refused(POLICY, OPENS_NO_MORE)
            if terms.uses and self._used[name] >= terms.uses:
                return Refused(POLICY, USED_UP)
            self._used[name] += 1
        return refusal


def expired(terms: Terms | None, now: float) -> Refused | None:
    """Why a message under these terms is refused, or ``None``."""
    return Refused(POLICY, HAS_EXPIRED) if terms is not None and now >= terms.expires else None
