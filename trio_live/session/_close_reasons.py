"""What a close means: the code and the server's words, as rows.

A refused upgrade has a code too, its HTTP status, and stands in the same table; an error frame is told as the close
that would say the same.

Codes alone say little here: 1007 is a wrong setting, a full context, a bad handle or a forbidden country. So each
row names a code and a piece of the reason (compared without case); the first row that fits decides. Reasons are cut
at 123 bytes and come with prefixes, which is why pieces are compared and not sentences.
"""

from __future__ import annotations

import enum
from typing import Final

from trio_live._values import value
from trio_live.errors import LinkLost
from trio_live.wire import ErrorStatus

ANY: Final = None


class CloseKind(enum.Enum):
    """What a close comes to: whether another dial may help, and if not, who can."""

    RETRY = "dial again"
    """Something broke on the way, or the server had enough of this connection: dial again, with the newest handle."""
    RETRY_WITHOUT_HANDLE = "dial again, without the handle"
    """The handle is what was refused."""
    RETRY_ONCE = "dial again once, without a handle"
    """The model broke; one fresh session may do better, and a second would break like it."""
    CONFIGURATION = "fix the configuration"
    """The same setup, or the same message, would be refused again."""
    AUTHENTICATION = "check the credential"
    QUOTA = "quota is used up"
    BILLING = "the account does not pay"
    ENDED = "ended in order"
    """The server has nothing more to say."""

    @property
    def is_passing(self) -> bool:
        """Whether another dial may help."""
        return self in _PASSING


_PASSING: Final = frozenset({CloseKind.RETRY, CloseKind.RETRY_WITHOUT_HANDLE, CloseKind.RETRY_ONCE})


@value
class CloseRow:
    """One row of `CLOSES`."""

    code: int | range | None
    """A close code, a range of HTTP statuses, or `ANY`."""
    contains: str
    """A piece of the reason, in lower case."""
    meaning: str
    kind: CloseKind
    advice: str | None = None


_KEY = "check the API key or token"
_SETUP = "check the model name, the settings and the credentials"

CLOSES: Final = (
    CloseRow(ANY, "broke a rule of websockets", "the server broke a rule, and this side closed", CloseKind.RETRY),
    CloseRow(1011, "quota", "quota or concurrent sessions are used up", CloseKind.QUOTA, "wait, or ask for more quota"),
    CloseRow(ANY, "billing", "the account is not billed", CloseKind.BILLING, "enable billing for the project"),
    CloseRow(ANY, "credits are depleted", "the account's credits are used up", CloseKind.BILLING, "add credits"),
    CloseRow(1000, "", "the server ended the session", CloseKind.ENDED),
    CloseRow(1001, "", "the server is going away", CloseKind.RETRY),
    CloseRow(1006, "write stalled", "the server no longer took what was sent", CloseKind.RETRY),
    CloseRow(1006, "no sign of life", "the server fell silent", CloseKind.RETRY),
    CloseRow(1006, "", "the connection broke", CloseKind.RETRY),
    CloseRow(1009, "", "a message was too big", CloseKind.CONFIGURATION, "send smaller pieces"),
    CloseRow(
        1007,
        "invalid json payload",
        "the server does not know a field that was sent",
        CloseKind.CONFIGURATION,
        "leave out the field it names",
    ),
    CloseRow(
        1007,
        "explicit activity control",
        "activity marks were sent while the server detects activity itself",
        CloseKind.CONFIGURATION,
        "disable automatic activity detection, or send no marks",
    ),
    CloseRow(1007, "invalid session handle", "the resumption handle is not valid", CloseKind.RETRY_WITHOUT_HANDLE),
    CloseRow(
        1007,
        "combination of response modalities",
        "the model does not answer in this modality",
        CloseKind.CONFIGURATION,
    ),
    CloseRow(
        1007, "user location is not supported", "the service is not offered from this country", CloseKind.CONFIGURATION
    ),
    CloseRow(1007, "api key not valid", "the API key is not valid", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(1007, "precondition check failed", "the model cannot do this now", CloseKind.CONFIGURATION),
    CloseRow(
        1007,
        "",
        "an argument was refused, or the context is full",
        CloseKind.CONFIGURATION,
        "check the settings against the model; a long talk needs context compression",
    ),
    CloseRow(1008, "session not found", "the resumption handle is dead", CloseKind.RETRY_WITHOUT_HANDLE),
    CloseRow(1008, "requested entity was not found", "the resumption handle is dead", CloseKind.RETRY_WITHOUT_HANDLE),
    CloseRow(
        1008,
        "not found for api version",
        "the model does not exist here, or does not serve Live",
        CloseKind.CONFIGURATION,
        "check the model name",
    ),
    CloseRow(1008, "not implemented, or supported, or enabled", "the model failed", CloseKind.RETRY_ONCE),
    CloseRow(1008, "goaway", "the connection outlived the server's warning", CloseKind.RETRY),
    CloseRow(1008, "operation was aborted", "the server gave up an idle session", CloseKind.RETRY),
    CloseRow(1008, "unregistered callers", "no credential reached the server", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(1008, "api key", "the API key was refused", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(1008, "unauthenticated", "the credential was refused", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(1008, "permission_denied", "the credential may not do this", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(1008, "", "the server refused to go on", CloseKind.CONFIGURATION, _SETUP),
    CloseRow(1011, "deadline", "the connection reached its age limit", CloseKind.RETRY),
    CloseRow(1011, "overloaded", "the service is overloaded", CloseKind.RETRY),
    CloseRow(1011, "internal error", "the server failed", CloseKind.RETRY),
    CloseRow(1011, "currently unavailable", "the service is overloaded", CloseKind.RETRY),
    CloseRow(
        1011, "resource_exhausted", "quota or concurrent sessions are used up", CloseKind.QUOTA, "wait, or ask for more"
    ),
    CloseRow(
        1011,
        "keepalive ping timeout",
        "no pong came in time",
        CloseKind.RETRY,
        "wait longer for pongs, or ask for none",
    ),
    CloseRow(1011, "", "the server failed", CloseKind.RETRY),
    CloseRow(429, "", "too many requests", CloseKind.RETRY, "wait, or ask for more quota"),
    CloseRow(401, "", "the credential was refused", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(402, "", "the account is not billed", CloseKind.BILLING, "enable billing for the project"),
    CloseRow(403, "", "the credential may not do this", CloseKind.AUTHENTICATION, _KEY),
    CloseRow(
        range(400, 500),
        "",
        "the server refused the connection",
        CloseKind.CONFIGURATION,
        "check the address and the key",
    ),
    CloseRow(range(500, 600), "", "the server cannot take a connection now", CloseKind.RETRY),
    CloseRow(ANY, "", "the connection was closed", CloseKind.RETRY),
)
"""First fit decides; the last row fits everything."""

ERROR_STATUSES: Final = {
    "INVALID_ARGUMENT": 1007,
    "FAILED_PRECONDITION": 1007,
    "NOT_FOUND": 1008,
    "PERMISSION_DENIED": 1008,
    "UNAUTHENTICATED": 1008,
    "RESOURCE_EXHAUSTED": 1011,
    "UNAVAILABLE": 1011,
    "INTERNAL": 1011,
    "DEADLINE_EXCEEDED": 1011,
}
"""Statuses of error frames, by the close code that would say the same."""

HTTP_STATUSES: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
}
"""What an error frame's number means where its status is missing or new; all others are the server's fault."""


def classify_close(code: int, reason: str) -> CloseRow:
    """The row that a close code (or an HTTP status) and a reason fit."""
    words = reason.casefold()
    return next(row for row in CLOSES if _is_of(row.code, code) and row.contains in words)


def as_close(error: ErrorStatus) -> LinkLost:
    """An error frame, told as the close it stands for. The status becomes part of the words, which decide."""
    known = error.status if error.status in ERROR_STATUSES else HTTP_STATUSES.get(error.code or 0)
    status = error.status or known or ""
    words = error.message or "the server reported an error"
    reason = words if not status or status in words else f"{status}: {words}"
    return LinkLost(ERROR_STATUSES.get(known or "", 1011), reason)


def _is_of(codes: int | range | None, code: int) -> bool:
    return codes is ANY or (code in codes if isinstance(codes, range) else code == codes)
