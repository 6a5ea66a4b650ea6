"""What must stay off the wire, as rows: those of a platform, and those that follow from a model's abilities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from trio_live._values import value
from trio_live.wire._models import LiveModelProfile, Platform, Switch, ThinkingKind


@value
class Refusal:
    """One setting that must not be sent."""

    path: str
    """Wire names joined by dots; lists on the way are entered."""
    why: str
    platform: Platform | None = None
    """The platform that refuses; ``None``: both."""
    equals: Any = None
    """Refused only with this value; ``None``: with any."""


_G, _V = Platform.GOOGLE_AI, Platform.VERTEX

_PROACTIVITY: Final = Refusal("proactivity", "Google AI takes it in version v1alpha only, from 2.5 models", _G)

PLATFORM_REFUSALS: Final = (
    _PROACTIVITY,
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

_RESPONSE_REFUSALS: Final = (Refusal("willContinue", "Vertex does not take streamed results", _V),)


def setup_refusals(profile: LiveModelProfile) -> tuple[Refusal, ...]:
    """What must not stand in ``setup`` for this model on this platform. A model nobody knows refuses nothing."""
    if not profile.known:
        return ()
    takes_proactivity = profile.proactivity is Switch.OPT_IN
    of_platform = (
        row
        for row in PLATFORM_REFUSALS
        if row.platform is profile.platform and not (row is _PROACTIVITY and takes_proactivity)
    )
    return (*of_platform, *_of_model(profile))


def response_refusals(profile: LiveModelProfile) -> tuple[Refusal, ...]:
    """What must not stand in a function response for this model on this platform."""
    if not profile.known:
        return ()
    rows = [row for row in _RESPONSE_REFUSALS if row.platform is profile.platform]
    if not profile.scheduling:
        rows.append(Refusal("scheduling", "this model does not schedule function results"))
    return tuple(rows)


def required_settings(profile: LiveModelProfile) -> tuple[str, ...]:
    """Paths inside ``setup`` without which the model does not start."""
    thinking = ("generationConfig.thinkingConfig.thinkingLevel",) if profile.thinking.required else ()
    translation = ("generationConfig.translationConfig.targetLanguageCode",) if profile.translates else ()
    return thinking + translation


def _of_model(profile: LiveModelProfile) -> Iterator[Refusal]:
    yield from _of_thinking(profile)
    yield from _of_tools(profile)
    match profile.proactivity:
        case Switch.NONE:
            yield Refusal("proactivity", "this model does not know it, and may fall silent on it")
        case Switch.ALWAYS:
            yield Refusal("proactivity.proactiveAudio", "it cannot be switched off in this model", equals=False)
    match profile.affective:
        case Switch.OPT_IN_ALPHA:
            yield Refusal("generationConfig.enableAffectiveDialog", "Google AI takes it in version v1alpha only")
        case Switch.NONE | Switch.ALWAYS:
            yield Refusal("generationConfig.enableAffectiveDialog", "this model has no such switch")
    if not profile.instructions:
        yield Refusal("systemInstruction", "this model takes no instructions")
    if not profile.history_seeding:
        yield Refusal("historyConfig", "this model takes no history")
    if not profile.resumption:
        yield Refusal("sessionResumption", "this model's sessions cannot be resumed")
    if profile.modalities and "VIDEO" not in profile.modalities:
        yield Refusal("avatarConfig", "this model has no avatars")


def _of_thinking(profile: LiveModelProfile) -> Iterator[Refusal]:
    config = "generationConfig.thinkingConfig"
    match profile.thinking.kind:
        case ThinkingKind.NONE:
            yield Refusal(config, "how much this model thinks cannot be set")
        case ThinkingKind.BUDGET:
            yield Refusal(f"{config}.thinkingLevel", "this model takes a budget, not a level")
        case ThinkingKind.LEVEL:
            yield Refusal(f"{config}.thinkingBudget", "this model takes a level, not a budget")
            if "MINIMAL" not in profile.thinking.levels:
                yield Refusal(f"{config}.thinkingLevel", "this model begins at LOW", equals="MINIMAL")


def _of_tools(profile: LiveModelProfile) -> Iterator[Refusal]:
    behavior = "tools.functionDeclarations.behavior"
    match profile.call_behaviors:
        case ():
            yield Refusal("tools", "this model has no tools")
        case ("BLOCKING",):
            yield Refusal(behavior, "this model calls functions synchronously only")
        case ("NON_BLOCKING",):
            yield Refusal(behavior, "this model calls functions asynchronously only", equals="BLOCKING")
