"""What each Live model can do, on each platform, as data."""

from trio_live.wire._models._abilities import (
    CHANGEABLE,
    PREVIEW_VERSION,
    BargeIn,
    ClientContentUse,
    LiveModelProfile,
    Platform,
    Switch,
    Thinking,
    ThinkingKind,
    TurnEnd,
)
from trio_live.wire._models._profiles import DEFAULT_MODEL, PROFILES, UNKNOWN_MODEL, bare_model, profile_for

__all__ = [
    "CHANGEABLE",
    "DEFAULT_MODEL",
    "PREVIEW_VERSION",
    "PROFILES",
    "UNKNOWN_MODEL",
    "BargeIn",
    "ClientContentUse",
    "LiveModelProfile",
    "Platform",
    "Switch",
    "Thinking",
    "ThinkingKind",
    "TurnEnd",
    "bare_model",
    "profile_for",
]
