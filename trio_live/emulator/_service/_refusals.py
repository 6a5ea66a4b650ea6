"""Close codes and reasons in the words of Google's servers. Clients classify by both, so the words matter."""

from __future__ import annotations

from typing import Final

from trio_live.errors import LiveError

MOST_REASON_BYTES: Final = 123
"""RFC 6455, section 5.5: a control frame holds 125 bytes, two of which are the code."""

NORMAL: Final = 1000
GOING_AWAY: Final = 1001
INVALID: Final = 1007
POLICY: Final = 1008
TOO_BIG: Final = 1009
INTERNAL: Final = 1011

INVALID_ARGUMENT: Final = "Request contains an invalid argument."
PRECONDITION: Final = "Precondition check failed."
NO_MODALITY: Final = "The requested combination of response modalities ({modalities}) is not supported by the model."
"""A template."""
EXPLICIT_ACTIVITY: Final = "Explicit activity control is not supported when automatic activity detection is enabled."
UNKNOWN_ROLE: Final = f"{INVALID_ARGUMENT} Please use a valid role: user, model."
INTERNAL_ERROR: Final = "Internal error encountered."
UNKNOWN_HANDLE: Final = "BidiGenerateContent session not found"
INVALID_HANDLE: Final = "Invalid session handle"
ABORTED: Final = "The operation was aborted."
OVERSTAYED: Final = (
    "Connection aborted because the client failed to close the connection after receiving a GoAway signal once the"
    " session durat"
)
"""As it arrives: the real servers cut it, too."""
QUOTA: Final = "You exceeded your current quota, please check your plan and billing details."
USED_UP: Final = "PERMISSION_DENIED: The ephemeral token has been used too many times."
OPENS_NO_MORE: Final = "PERMISSION_DENIED: The ephemeral token opens no new sessions any more."
HAS_EXPIRED: Final = "PERMISSION_DENIED: The ephemeral token has expired."


class Refused(LiveError):  # noqa: N818  # named for what happened, as all errors here are
    """The emulator closes this connection on purpose.

    Args:
        code: of the close.
        reason: what the client is told: the server's own words.
        why: what was wrong, where the server does not say so; for the log.
    """

    def __init__(self, code: int, reason: str, why: str = "") -> None:
        self.code = code
        self.reason = reason
        self.why = why
        super().__init__(code, reason, why)

    def __str__(self) -> str:
        return f"{self.code} {self.reason}"


def invalid(why: str = "") -> Refused:
    """1007 for a message that can be read and makes no sense. The server does not say what it was."""
    return Refused(INVALID, INVALID_ARGUMENT, why)


def unknown_name(name: str, place: str = "") -> Refused:
    """1007 for a field that this model on this platform does not have."""
    where = f" at '{place}'" if place else ""
    return Refused(INVALID, f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')


def model_not_found(model: str, version: str) -> Refused:
    """1008 for a model that is not there, or not Live."""
    return Refused(
        POLICY, f"{model} is not found for API version {version}, or is not supported for bidiGenerateContent"
    )


def no_list(name: str, place: str) -> Refused:
    """1007 for a list where one value belongs."""
    return Refused(
        INVALID,
        f"Invalid JSON payload received. Unknown name \"{name}\" at '{place}': Proto field is not repeating, cannot start"
        " list.",
    )


def cut_reason(reason: str) -> str:
    """As much of a reason as a close frame holds; the real servers cut in the middle of a word, too."""
    return reason.encode()[:MOST_REASON_BYTES].decode(errors="ignore")
