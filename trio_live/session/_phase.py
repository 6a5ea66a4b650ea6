"""Where the link stands. The table comes first; the class below it only interprets.

::

    DISCONNECTED → CONNECTING → SETUP_SENT → ACTIVE ⇄ USER_SPEAKING
                                               ⇅ ↘            ↓ ↘
                          TOOL_CALL_PENDING ← MODEL_SPEAKING ←┘  TOOL_CALL_PENDING
                                  ↓                  ↓
                         TOOL_CALL_EXECUTING     INTERRUPTED → ACTIVE

    anything → DISCONNECTED;  anything that is connected → DISCONNECTING → DISCONNECTED

Strategy: the phases of a tool round never hold the conversation. Model content that arrives while a call is pending
or running moves straight to MODEL_SPEAKING, and the last answer (or the last cancellation) leads back to ACTIVE.
Otherwise one tool call would leave a session in TOOL_CALL_PENDING for good.
"""

from __future__ import annotations

import enum
from typing import Final

from trio_live.errors import InvalidTransition


class SessionPhase(enum.Enum):
    """Where the link stands. Not to be confused with a `Phase` of the conversation."""

    DISCONNECTED = "Disconnected"
    CONNECTING = "Connecting"
    SETUP_SENT = "SetupSent"
    ACTIVE = "Active"
    USER_SPEAKING = "UserSpeaking"
    MODEL_SPEAKING = "ModelSpeaking"
    INTERRUPTED = "Interrupted"
    TOOL_CALL_PENDING = "ToolCallPending"
    TOOL_CALL_EXECUTING = "ToolCallExecuting"
    DISCONNECTING = "Disconnecting"

    # A member is equal to itself alone. `Enum` hashes the name instead, in Python, three times for each change of phase.
    __hash__ = object.__hash__

    def __str__(self) -> str:
        return self._value_  # `value` is looked up through a descriptor in Python


_P = SessionPhase

TRANSITIONS: Final[dict[SessionPhase, frozenset[SessionPhase]]] = {
    _P.DISCONNECTED: frozenset({_P.CONNECTING}),
    _P.CONNECTING: frozenset({_P.SETUP_SENT}),
    _P.SETUP_SENT: frozenset({_P.ACTIVE}),
    _P.ACTIVE: frozenset({_P.USER_SPEAKING, _P.MODEL_SPEAKING, _P.TOOL_CALL_PENDING, _P.DISCONNECTING}),
    _P.USER_SPEAKING: frozenset({_P.ACTIVE, _P.MODEL_SPEAKING, _P.TOOL_CALL_PENDING, _P.DISCONNECTING}),
    _P.MODEL_SPEAKING: frozenset({_P.ACTIVE, _P.INTERRUPTED, _P.TOOL_CALL_PENDING, _P.DISCONNECTING}),
    _P.INTERRUPTED: frozenset({_P.ACTIVE, _P.USER_SPEAKING, _P.DISCONNECTING}),
    _P.TOOL_CALL_PENDING: frozenset({_P.TOOL_CALL_EXECUTING, _P.ACTIVE, _P.MODEL_SPEAKING, _P.DISCONNECTING}),
    _P.TOOL_CALL_EXECUTING: frozenset({_P.TOOL_CALL_PENDING, _P.ACTIVE, _P.MODEL_SPEAKING, _P.DISCONNECTING}),
    _P.DISCONNECTING: frozenset(),
}
"""What may follow what. DISCONNECTED may follow anything and is left out."""

CONNECTED: Final = frozenset(
    {
        _P.ACTIVE,
        _P.USER_SPEAKING,
        _P.MODEL_SPEAKING,
        _P.INTERRUPTED,
        _P.TOOL_CALL_PENDING,
        _P.TOOL_CALL_EXECUTING,
    }
)
"""Phases in which the server takes messages."""

IN_TOOL_CALL: Final = frozenset({_P.TOOL_CALL_PENDING, _P.TOOL_CALL_EXECUTING})


def next_phase(current: SessionPhase, wanted: SessionPhase) -> SessionPhase:
    """``wanted``, if the table allows it after ``current``.

    Raises:
        InvalidTransition: it does not.
    """
    if wanted is not _P.DISCONNECTED and wanted not in TRANSITIONS[current]:
        raise InvalidTransition(str(current), str(wanted))
    return wanted
