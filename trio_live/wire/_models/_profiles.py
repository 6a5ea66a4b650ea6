"""The rows: every Live model that is known, on each platform.

Model ids change faster than programs. Rows match by prefix, the longest wins, and nothing here refuses an id.

Sources: the model pages and the Live API guide of ai.google.dev, the Live API pages of Vertex AI (*documented*);
google-genai, Google's client for Python (*official client*); issues and pull requests of public projects, and
recordings (*measured*). Where they disagree the row follows what was measured, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from trio_live.wire._models._abilities import (
    BargeIn,
    ClientContentUse,
    LiveModelProfile,
    Platform,
    Switch,
    Thinking,
    ThinkingKind,
    TurnEnd,
)

_G, _V = Platform.GOOGLE_AI, Platform.VERTEX
_BLOCKING, _NON_BLOCKING = "BLOCKING", "NON_BLOCKING"
_ANY_THINKING: Final = Thinking(ThinkingKind.ANY)


def _on_both(*, vertex: dict[str, Any] | None = None, **abilities: Any) -> Iterator[LiveModelProfile]:
    """The rows of one family: what it can everywhere, and how it differs on Vertex."""
    yield LiveModelProfile(platform=_G, **abilities)
    yield LiveModelProfile(platform=_V, **{**abilities, "system_turns": True, **(vertex or {})})


_2_5: Final[dict[str, Any]] = {
    "input_modalities": ("TEXT", "AUDIO", "VIDEO"),
    "call_behaviors": (_BLOCKING, _NON_BLOCKING),
    "scheduling": True,
    "search_with_functions": False,
    "thinking": Thinking(ThinkingKind.BUDGET),
    "heeds_new_instructions": False,
    "proactivity": Switch.OPT_IN_ALPHA,
    "affective": Switch.OPT_IN_ALPHA,
    "context_window": (131_072, 8_192),
    "source": (
        "documented, except: Vertex takes neither thinking, asynchronous functions nor scheduling, search excludes"
        " functions, and new instructions in a turn of the user are ignored (measured)"
    ),
}
_2_5_ON_VERTEX: Final[dict[str, Any]] = {
    "call_behaviors": (_BLOCKING,),
    "scheduling": False,
    "thinking": Thinking(ThinkingKind.NONE),
    "proactivity": Switch.OPT_IN,
    "affective": Switch.OPT_IN,
    "transcripts_finished": True,
}
_3_8: Final[dict[str, Any]] = {
    "context_update": True,
    "call_behaviors": (_NON_BLOCKING, _BLOCKING),
    "scheduling": True,
    "proactivity": Switch.ALWAYS,
    "affective": Switch.NONE,
    "barge_in": BargeIn.POLITE,
    "audio_stream_end": False,
    "trailing_silence": 1.0,
    "context_window": (131_072, 65_536),
}

PROFILES: Final = (
    *_on_both(
        name="2.5 native audio",
        prefixes=(
            "gemini-2.5-flash-native-audio",
            "gemini-live-2.5-flash-native-audio",
            "gemini-live-2.5-flash-preview-native-audio",
        ),
        **_2_5,
        vertex=_2_5_ON_VERTEX,
    ),
    *_on_both(
        name="2.5 half cascade",
        prefixes=("gemini-live-2.5-flash",),
        modalities=("AUDIO", "TEXT"),
        **{**_2_5, "context_window": (32_768, 8_192)},
        vertex=_2_5_ON_VERTEX,
    ),
    *_on_both(
        name="3.1 flash live",
        prefixes=("gemini-3.1-flash-live",),
        client_content=ClientContentUse.SEED_ONLY,
        thinking=Thinking(ThinkingKind.LEVEL, ("MINIMAL", "LOW", "MEDIUM", "HIGH")),
        context_window=(131_072, 65_536),
        source=(
            "documented, except: clientContent is refused after the first turn (measured; the newest page says that it"
            " is taken all session), proactivity and affective dialogue mute the model (measured)"
        ),
        vertex={"transcripts_finished": True},
    ),
    *_on_both(
        name="3.8 live",
        prefixes=("gemini-3.8-live",),
        **_3_8,
        source=(
            "documented, except: contextUpdate on Google AI (official client; documented on Vertex), audioStreamEnd"
            " ignored and trailing audio needed (measured)"
        ),
        vertex={"modalities": ("AUDIO", "VIDEO")},
    ),
    *_on_both(
        name="3.8 live extended thinking",
        prefixes=("gemini-3.8-live-extended-thinking",),
        **{**_3_8, "call_behaviors": (_NON_BLOCKING,), "scheduling": False},
        thinking=Thinking(ThinkingKind.LEVEL, ("LOW", "MEDIUM", "HIGH"), required=True),
        turn_ends_on=frozenset({TurnEnd.TURN_COMPLETE, TurnEnd.IDLE}),
        speaks_plans=True,
        source=(
            "documented, except: contextUpdate (expected, as 3.8 live has it), scheduling closes the session, trailing"
            " audio needed, plans spoken on full JSON Schema (measured); on Vertex taken to be the same"
        ),
    ),
    *_on_both(
        name="3.5 live translate",
        prefixes=("gemini-3.5-live-translate",),
        input_modalities=("AUDIO",),
        instructions=False,
        client_content=ClientContentUse.NEVER,
        realtime_text=False,
        history_seeding=False,
        call_behaviors=(),
        translates=True,
        turn_ends_on=frozenset({TurnEnd.TURN_COMPLETE, TurnEnd.QUIET}),
        source="documented; that it may send usage alone and no turnComplete is measured",
    ),
    *_on_both(
        name="3.5 transcribe live",
        prefixes=("gemini-3.5-transcribe-live",),
        input_modalities=("AUDIO",),
        modalities=("TEXT",),
        client_content=ClientContentUse.NEVER,
        realtime_text=False,
        history_seeding=False,
        call_behaviors=(),
        turn_ends_on=frozenset({TurnEnd.GENERATION_COMPLETE}),
        source="documented; that no turnComplete comes is measured",
    ),
    LiveModelProfile(
        name="robotics-er 2 streaming",
        prefixes=("gemini-robotics-er-2-streaming",),
        platform=_G,
        modalities=("TEXT",),
        thinking=_ANY_THINKING,
        source="measured",
    ),
    *_on_both(
        name="retired",
        prefixes=(
            "gemini-2.0-flash-exp",
            "gemini-2.0-flash-live",
            "gemini-live-2.5-flash-preview",
            "gemini-2.5-flash-preview-native-audio-dialog",
            "gemini-2.5-flash-exp-native-audio-thinking-dialog",
        ),
        retired=True,
        source="documented",
    ),
)
"""Every family on every platform that serves it."""

UNKNOWN_MODEL: Final = {
    profile.platform: profile
    for profile in _on_both(
        name="unknown model",
        prefixes=("",),
        source="none: what the API of generation 2 takes",
        known=False,
        modalities=(),
        call_behaviors=(_BLOCKING, _NON_BLOCKING),
        scheduling=True,
        thinking=_ANY_THINKING,
        proactivity=Switch.OPT_IN,
        affective=Switch.OPT_IN,
    )
}
"""Leave nothing off and let the server decide."""

DEFAULT_MODEL: Final = "gemini-3.8-live"
"""What is asked for when nobody named a model: what Google recommends, on both platforms."""

_BY_PREFIX: Final = {
    platform: sorted(
        ((prefix, profile) for profile in PROFILES if profile.platform is platform for prefix in profile.prefixes),
        key=lambda row: -len(row[0]),
    )
    for platform in Platform
}


def bare_model(model: str) -> str:
    """The id alone, without ``models/`` or a Vertex resource path."""
    return model.rsplit("/", 1)[-1]


def profile_for(model: str, platform: Platform) -> LiveModelProfile:
    """What a model can on a platform, its id in any spelling; an `UNKNOWN_MODEL` when no row matches."""
    bare = bare_model(model)
    rows = _BY_PREFIX[platform]
    return next((profile for prefix, profile in rows if bare.startswith(prefix)), UNKNOWN_MODEL[platform])
