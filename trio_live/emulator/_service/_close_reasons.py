"""Every way in which a Live server is known to close a connection, by name, in the server's words."""

from __future__ import annotations

from typing import Final

import attrs

from trio_live.emulator._service._refusals import (
    ABORTED,
    EXPLICIT_ACTIVITY,
    GOING_AWAY,
    INTERNAL,
    INTERNAL_ERROR,
    INVALID,
    INVALID_ARGUMENT,
    INVALID_HANDLE,
    NO_MODALITY,
    NORMAL,
    OVERSTAYED,
    POLICY,
    PRECONDITION,
    QUOTA,
    TOO_BIG,
    UNKNOWN_HANDLE,
    Refused,
)

_TRACE: Final = "Request trace id: 5c1f0e5d9b7a4d21, [ORIGINAL ERROR] "
_FIELD: Final = "Invalid JSON payload received. Unknown name \"turboMode\" at 'setup': Cannot find field."
_NO_MODEL: Final = (
    "models/gemini-2.0-flash-exp is not found for API version v1beta, or is not supported for bidiGenerateContent"
)
_NO_CALLER: Final = "Method doesn't allow unregistered callers (callers without established identity)."


@attrs.frozen
class CloseReason:
    """One way to close."""

    code: int
    reason: str
    meaning: str

    @property
    def refusal(self) -> Refused:
        """What ends a connection so."""
        return Refused(self.code, self.reason)


CLOSE_REASONS: Final = {
    "normal": CloseReason(NORMAL, "", "the server has had enough"),
    "going_away": CloseReason(GOING_AWAY, "", "the server restarts"),
    "too_big": CloseReason(TOO_BIG, "Message too big", "one message was too large"),
    "invalid_argument": CloseReason(INVALID, INVALID_ARGUMENT, "bad setup or message; in mid-session a full context"),
    "unknown_field": CloseReason(INVALID, _FIELD, "a field the server does not know"),
    "explicit_activity": CloseReason(INVALID, EXPLICIT_ACTIVITY, "activity marks with automatic detection"),
    "precondition": CloseReason(INVALID, PRECONDITION, "wrong state or modality"),
    "modalities": CloseReason(
        INVALID, NO_MODALITY.format(modalities="TEXT"), "an answer in a form the model does not give"
    ),
    "location": CloseReason(INVALID, "User location is not supported for the API use.", "a forbidden country"),
    "invalid_handle": CloseReason(INVALID, INVALID_HANDLE, "a resumption handle that never was one"),
    "bad_key": CloseReason(INVALID, "API key not valid. Please pass a valid API key.", "a wrong credential"),
    "session_not_found": CloseReason(POLICY, UNKNOWN_HANDLE, "a resumption handle that has died"),
    "entity_not_found": CloseReason(POLICY, "Requested entity was not found.", "a resumption handle that has died"),
    "model_not_found": CloseReason(POLICY, _NO_MODEL, "no such model in this version"),
    "not_implemented": CloseReason(
        POLICY, "Operation is not implemented, or supported, or enabled.", "the model failed, often around a tool call"
    ),
    "overstayed": CloseReason(POLICY, OVERSTAYED, "the client stayed past a goAway"),
    "aborted": CloseReason(POLICY, ABORTED, "an idle client, or a server that gave up"),
    "unregistered": CloseReason(POLICY, _NO_CALLER, "no credential"),
    "key_refused": CloseReason(POLICY, "Your API key was reported as leaked.", "a credential that was withdrawn"),
    "permission_denied": CloseReason(POLICY, "PERMISSION_DENIED: The caller does not have permission", "not allowed"),
    "rpc_deadline": CloseReason(INTERNAL, f"{_TRACE}RPC::DEADLINE_EXCEEDED", "an older spelling of the age limit"),
    "overloaded": CloseReason(INTERNAL, f"{_TRACE}OVERLOADED_TOO_MANY_RETRIES_PER_REQUEST", "an older overload"),
    "deadline": CloseReason(INTERNAL, "Deadline expired before operation could complete.", "the age limit"),
    "internal": CloseReason(INTERNAL, INTERNAL_ERROR, "the server broke, or an old connection is still open"),
    "internal_occurred": CloseReason(INTERNAL, "None. Internal error occurred.", "the server broke"),
    "unavailable": CloseReason(INTERNAL, "The service is currently unavailable.", "overload"),
    "quota": CloseReason(INTERNAL, QUOTA, "quota or concurrent sessions are used up"),
    "resource_exhausted": CloseReason(INTERNAL, "RESOURCE_EXHAUSTED", "quota or concurrent sessions are used up"),
    "keepalive": CloseReason(INTERNAL, "keepalive ping timeout", "no pong came in time"),
}
"""Name → code, reason and meaning. Only the abnormal end without a frame is missing: that is the fault ``cut``."""
