"""What each Live model and platform accepts, as data.

Sending a setting that a model or platform does not know closes the socket (1007, sometimes 1008, sometimes
silence). So the rules stand here as rows; `fit_setup` and `fit_response` leave the refused settings off the wire
and say which ones they were. An unknown model has no rules: everything passes.

Model ids change faster than programs. Rows match by prefix, the longest wins, and nothing here refuses an id.
"""

from __future__ import annotations

import enum
from typing import Any, Final

import attrs
import msgspec

from trio_live.wire._config import Setup
from trio_live.wire._content import FunctionResponse


class Platform(enum.Enum):
    """Who serves the model."""

    GOOGLE_AI = "Google AI"
    VERTEX = "Vertex"


@attrs.frozen
class Refusal:
    """One setting that must not be sent."""

    path: str
    """Wire names joined by dots; lists on the way are entered."""
    why: str
    platform: Platform | None = None
    """The platform that refuses; ``None``: both."""
    equals: Any = None
    """Refused only with this value; ``None``: with any."""


@attrs.frozen
class IgnoredSetting:
    """A setting that was asked for and left off the wire."""

    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


@attrs.frozen
class LiveModelProfile:
    """The rules of one family of models."""

    name: str
    prefixes: tuple[str, ...]
    modalities: tuple[str, ...] = ("AUDIO",)
    """Response modalities it serves, the default first."""
    refuses: tuple[Refusal, ...] = ()
    """Paths inside ``setup``."""
    refuses_in_response: tuple[Refusal, ...] = ()
    """Paths inside one function response."""
    requires: tuple[str, ...] = ()
    """Paths inside ``setup`` without which the model does not start."""
    realtime_text: bool = False
    """Typed text goes as ``realtimeInput.text``, because ``clientContent`` is refused once the talk has begun."""
    retired: bool = False
    """No longer served: connecting gives 1008 "not found for API version"."""


_G, _V = Platform.GOOGLE_AI, Platform.VERTEX

PLATFORM_REFUSALS: Final = (
    Refusal("proactivity", "Google AI closes the setup on it, whatever the model", _G),
    Refusal("sessionResumption.transparent", "only Vertex resumes transparently", _G),
    Refusal("explicitVadSignal", "only Vertex sends explicit voice activity signals", _G),
    Refusal("avatarConfig", "only Vertex has avatars", _G),
    Refusal("generationConfig.responseModalities", "only Vertex has avatars", _G, equals=["VIDEO"]),
    Refusal("safetySettings.method", "only Vertex knows a method", _G),
    Refusal("tools.enterpriseWebSearch", "only Vertex has enterprise web search", _G),
    Refusal("tools.retrieval", "only Vertex has retrieval", _G),
    Refusal("tools.parallelAiSearch", "only Vertex has this search", _G),
    Refusal("tools.exaAiSearch", "only Vertex has this search", _G),
    Refusal("tools.fileSearch", "only Google AI has file search", _V),
    Refusal("tools.mcpServers", "only Google AI calls MCP servers", _V),
    Refusal(
        "realtimeInputConfig.turnCoverage",
        "Vertex closes the setup when this value is sent; it is the default where the model supports it",
        _V,
        equals="TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
    ),
)
"""What a platform refuses from every model it is known to serve."""

_SPEAKS_WHEN_EMPTY: Final = {"sessionResumption"}
"""Objects on a refused path that still ask for something when nothing is left in them: here, for handles."""

_PLATFORM_RESPONSE_REFUSALS: Final = (Refusal("willContinue", "Vertex does not take streamed results", _V),)

_NO_AVATAR = Refusal("avatarConfig", "only gemini-3.8-live has avatars")
_NO_AFFECT = Refusal("generationConfig.enableAffectiveDialog", "this model has no such switch")

_SYNCHRONOUS = Refusal("tools.functionDeclarations.behavior", "this model calls functions synchronously only")
_NO_SCHEDULING = Refusal("scheduling", "this model does not schedule function results")

_2_5 = LiveModelProfile(
    name="2.5 native audio",
    prefixes=(
        "gemini-2.5-flash-native-audio",
        "gemini-live-2.5-flash-native-audio",
        "gemini-live-2.5-flash-preview-native-audio",
    ),
    refuses=(
        Refusal("generationConfig.thinkingConfig", "Vertex's 2.5 Live models refuse it", _V),
        Refusal("generationConfig.thinkingConfig.thinkingLevel", "2.5 models take a budget, not a level"),
        Refusal("tools.functionDeclarations.behavior", "Vertex's 2.5 models do not know asynchronous functions", _V),
        _NO_AVATAR,
    ),
    refuses_in_response=(attrs.evolve(_NO_SCHEDULING, platform=_V),),
)

PROFILES: Final = (
    _2_5,
    attrs.evolve(_2_5, name="2.5 half cascade", prefixes=("gemini-live-2.5-flash",), modalities=("AUDIO", "TEXT")),
    LiveModelProfile(
        name="3.1 flash live",
        prefixes=("gemini-3.1-flash-live",),
        refuses=(
            Refusal("proactivity", "3.1 models fall silent on it"),
            attrs.evolve(_NO_AFFECT, why="3.1 models fall silent on it"),
            Refusal("generationConfig.thinkingConfig.thinkingBudget", "3.1 models take a level, not a budget"),
            _SYNCHRONOUS,
            _NO_AVATAR,
        ),
        refuses_in_response=(_NO_SCHEDULING,),
        realtime_text=True,
    ),
    LiveModelProfile(
        name="3.8 live",
        prefixes=("gemini-3.8-live",),
        modalities=("AUDIO", "VIDEO"),
        refuses=(
            Refusal("generationConfig.thinkingConfig", "3.8 models decide themselves how much to think"),
            _NO_AFFECT,
            Refusal("proactivity.proactiveAudio", "it cannot be switched off in 3.8 models", equals=False),
        ),
    ),
    LiveModelProfile(
        name="3.8 live extended thinking",
        prefixes=("gemini-3.8-live-extended-thinking",),
        refuses=(
            _NO_AFFECT,
            Refusal("proactivity.proactiveAudio", "it cannot be switched off in 3.8 models", equals=False),
            Refusal("generationConfig.thinkingConfig.thinkingBudget", "3.8 models take a level, not a budget"),
            Refusal(
                "generationConfig.thinkingConfig.thinkingLevel", "extended thinking begins at LOW", equals="MINIMAL"
            ),
            Refusal(
                "tools.functionDeclarations.behavior",
                "extended thinking calls functions asynchronously only",
                equals="BLOCKING",
            ),
            _NO_AVATAR,
        ),
        refuses_in_response=(_NO_SCHEDULING,),
        requires=("generationConfig.thinkingConfig.thinkingLevel",),
    ),
    LiveModelProfile(
        name="3.5 live translate",
        prefixes=("gemini-3.5-live-translate",),
        refuses=(
            Refusal("tools", "the translate model has no tools"),
            Refusal("systemInstruction", "the translate model takes no instructions"),
            _NO_AVATAR,
        ),
        requires=("generationConfig.translationConfig.targetLanguageCode",),
    ),
    LiveModelProfile(
        name="3.5 transcribe live",
        prefixes=("gemini-3.5-transcribe-live",),
        modalities=("TEXT",),
        refuses=(Refusal("tools", "the transcribe model has no tools"), _NO_AVATAR),
    ),
    LiveModelProfile(
        name="retired",
        prefixes=(
            "gemini-2.0-flash-exp",
            "gemini-2.0-flash-live",
            "gemini-live-2.5-flash-preview",
            "gemini-2.5-flash-preview-native-audio-dialog",
            "gemini-2.5-flash-exp-native-audio-thinking-dialog",
        ),
        retired=True,
    ),
)

UNKNOWN_MODEL: Final = LiveModelProfile(name="unknown model", prefixes=("",), modalities=())
"""No rules: pass everything through and let the server decide."""

DEFAULT_MODEL: Final = {
    Platform.GOOGLE_AI: "gemini-2.5-flash-native-audio-latest",
    Platform.VERTEX: "gemini-live-2.5-flash-native-audio",
}
"""What is asked for when nobody named a model."""

_BY_PREFIX: Final = sorted(
    ((prefix, profile) for profile in PROFILES for prefix in profile.prefixes), key=lambda row: -len(row[0])
)


def bare_model(model: str) -> str:
    """The id alone, without ``models/`` or a Vertex resource path."""
    return model.rsplit("/", 1)[-1]


def profile_for(model: str) -> LiveModelProfile:
    """The rules for a model id in any spelling; `UNKNOWN_MODEL` when none match."""
    bare = bare_model(model)
    return next((profile for prefix, profile in _BY_PREFIX if bare.startswith(prefix)), UNKNOWN_MODEL)


def fit_setup(setup: Setup, platform: Platform) -> tuple[Setup, tuple[IgnoredSetting, ...]]:
    """The setup without what this model on this platform refuses, and what was left out."""
    profile = profile_for(setup.model)
    if profile is UNKNOWN_MODEL:
        return setup, ()
    return _fit(setup, (*PLATFORM_REFUSALS, *profile.refuses), platform)


def fit_response(
    response: FunctionResponse, model: str, platform: Platform
) -> tuple[FunctionResponse, tuple[IgnoredSetting, ...]]:
    """One function response without what this model on this platform refuses, and what was left out."""
    profile = profile_for(model)
    if profile is UNKNOWN_MODEL or (response.scheduling is None and response.will_continue is None):
        return response, ()
    return _fit(response, (*_PLATFORM_RESPONSE_REFUSALS, *profile.refuses_in_response), platform)


def missing_settings(setup: Setup) -> tuple[str, ...]:
    """Paths without which the model does not start."""
    tree = msgspec.to_builtins(setup)
    return tuple(path for path in profile_for(setup.model).requires if not _holds(tree, path.split(".")))


def _fit(value: Any, refusals: tuple[Refusal, ...], platform: Platform) -> tuple[Any, tuple[IgnoredSetting, ...]]:
    tree = msgspec.to_builtins(value)
    ignored = tuple(
        IgnoredSetting(refusal.path, refusal.why)
        for refusal in refusals
        if refusal.platform in {None, platform} and _prune(tree, refusal.path.split("."), refusal.equals)
    )
    return (msgspec.convert(tree, type(value)) if ignored else value), ignored


def _prune(node: Any, path: list[str], equals: Any) -> bool:
    """Remove what stands at ``path``, entering lists, and what is empty without it; tell whether there was anything."""
    if isinstance(node, list):
        found_in = [_prune(item, path, equals) for item in node]
        node[:] = [item for item, hit in zip(node, found_in, strict=True) if item or not hit]
        return any(found_in)
    if not isinstance(node, dict) or path[0] not in node:
        return False
    if len(path) == 1:
        if equals is not None and node[path[0]] != equals:
            return False
        del node[path[0]]
        return True
    found = _prune(node[path[0]], path[1:], equals)
    if found and not node[path[0]] and path[0] not in _SPEAKS_WHEN_EMPTY:
        del node[path[0]]
    return found


def _holds(node: Any, path: list[str]) -> bool:
    for name in path:
        if not isinstance(node, dict) or name not in node:
            return False
        node = node[name]
    return True
