"""What the real service does: dialects, model behaviour, its rules, its refusals and close reasons, its bill."""

from trio_live.emulator._service._abilities import ABILITY_RULES, CONDUCT, UNSEEN, AbilityRule
from trio_live.emulator._service._behaviour import (
    MODEL_BEHAVIOURS,
    PROFILE_NAMES,
    ModelBehaviour,
    behaviour_of,
    is_proactive,
    makes_mute,
    model_playing,
    tool_wait,
    window_size,
)
from trio_live.emulator._service._bulk import refuse_bulk, refuse_text
from trio_live.emulator._service._close_reasons import CLOSE_REASONS, CloseReason
from trio_live.emulator._service._dialect import GOOGLE_AI, VERTEX, Dialect, dialect_for
from trio_live.emulator._service._ids import IdSource
from trio_live.emulator._service._limits import LIMITS, Limit
from trio_live.emulator._service._message_rules import refuse_message
from trio_live.emulator._service._refusals import (
    ABORTED,
    GOING_AWAY,
    HAS_EXPIRED,
    INTERNAL,
    INTERNAL_ERROR,
    INVALID,
    INVALID_HANDLE,
    MOST_REASON_BYTES,
    NORMAL,
    OPENS_NO_MORE,
    OVERSTAYED,
    POLICY,
    QUOTA,
    UNKNOWN_HANDLE,
    USED_UP,
    Refused,
    cut_reason,
    invalid,
)
from trio_live.emulator._service._settings import SessionSettings
from trio_live.emulator._service._setup_rules import Route, declarations, refuse_setup
from trio_live.emulator._service._usage import Context, Meter, Usage, text_tokens, window_for

__all__ = [
    "ABILITY_RULES",
    "ABORTED",
    "CLOSE_REASONS",
    "CONDUCT",
    "GOING_AWAY",
    "GOOGLE_AI",
    "HAS_EXPIRED",
    "INTERNAL",
    "INTERNAL_ERROR",
    "INVALID",
    "INVALID_HANDLE",
    "LIMITS",
    "MODEL_BEHAVIOURS",
    "MOST_REASON_BYTES",
    "NORMAL",
    "OPENS_NO_MORE",
    "OVERSTAYED",
    "POLICY",
    "PROFILE_NAMES",
    "QUOTA",
    "UNKNOWN_HANDLE",
    "UNSEEN",
    "USED_UP",
    "VERTEX",
    "AbilityRule",
    "CloseReason",
    "Context",
    "Dialect",
    "IdSource",
    "Limit",
    "Meter",
    "ModelBehaviour",
    "Refused",
    "Route",
    "SessionSettings",
    "Usage",
    "behaviour_of",
    "cut_reason",
    "declarations",
    "dialect_for",
    "invalid",
    "is_proactive",
    "makes_mute",
    "model_playing",
    "refuse_bulk",
    "refuse_message",
    "refuse_setup",
    "refuse_text",
    "text_tokens",
    "tool_wait",
    "window_for",
    "window_size",
]
