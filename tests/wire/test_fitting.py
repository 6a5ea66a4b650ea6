"""The two functions that leave off the wire what a model or a platform refuses."""

from __future__ import annotations

from typing import Any, Final

import attrs
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.wire.strategies import TEXT, structs
from trio_live.wire import (
    PROFILES,
    AvatarConfig,
    FunctionDeclaration,
    FunctionResponse,
    GenerationConfig,
    IgnoredSetting,
    LiveModelProfile,
    Platform,
    ProactivityConfig,
    RealtimeInputConfig,
    Refusal,
    ReplicatedVoiceConfig,
    SafetySetting,
    SessionResumptionConfig,
    Setup,
    SpeechConfig,
    Switch,
    ThinkingConfig,
    Tool,
    VoiceConfig,
    profile_for,
    response_refusals,
    setup_refusals,
)
from trio_live.wire._internal import fit_response, fit_setup, missing_settings

SETTINGS: Final[dict[str, Any]] = {
    "proactivity": {"proactiveAudio": False},
    "proactivity.proactiveAudio": False,
    "sessionResumption.transparent": True,
    "explicitVadSignal": True,
    "avatarConfig": {"avatarName": "Ben"},
    "generationConfig.responseModalities": ["VIDEO"],
    "generationConfig.enableAffectiveDialog": True,
    "generationConfig.thinkingConfig": {"includeThoughts": True},
    "generationConfig.thinkingConfig.thinkingLevel": "MINIMAL",
    "generationConfig.thinkingConfig.thinkingBudget": 0,
    "safetySettings.method": "SEVERITY",
    "historyConfig": {"initialHistoryInClientContent": True},
    "systemInstruction": {"parts": [{"text": "Be brief."}]},
    "tools": [{"googleSearch": {}}],
    "tools.enterpriseWebSearch": {},
    "tools.retrieval": {},
    "tools.parallelAiSearch": {},
    "tools.exaAiSearch": {},
    "tools.fileSearch": {},
    "tools.mcpServers": [{"name": "x"}],
    "tools.functionDeclarations.behavior": "BLOCKING",
    "realtimeInputConfig.turnCoverage": "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO",
}
"""A value for every path that some row refuses, as it would stand in the setup."""

LISTS = {"tools", "safetySettings", "functionDeclarations"}
ROWS = [
    pytest.param(profile, refusal, id=f"{profile.name}-{profile.platform.name}-{refusal.path}")
    for profile in PROFILES
    for refusal in setup_refusals(profile)
]
RESPONSE_ROWS = [
    pytest.param(profile, refusal, id=f"{profile.name}-{profile.platform.name}-{refusal.path}")
    for profile in PROFILES
    for refusal in response_refusals(profile)
]


def fitted_for(setup: Setup, platform: Platform) -> tuple[Setup, tuple[IgnoredSetting, ...]]:
    return fit_setup(setup, profile_for(setup.model, platform))


def answer_for(response: FunctionResponse, model: str, platform: Platform) -> tuple[FunctionResponse, Any]:
    return fit_response(response, profile_for(model, platform))


def missed_in(setup: Setup) -> tuple[str, ...]:
    return missing_settings(setup, profile_for(setup.model, Platform.GOOGLE_AI))


def setup_with(model: str, path: str, value: Any) -> Setup:
    """A setup in which ``value`` stands at ``path``."""
    for name in reversed(path.split(".")):
        value = {name: value}
        value = {name: [value[name]]} if name in LISTS and not isinstance(value[name], list) else value
    return msgspec.convert({"model": model, **value}, Setup)


def values_at(node: Any, path: list[str]) -> list[Any]:
    if isinstance(node, list):
        return [found for item in node for found in values_at(item, path)]
    if not path:
        return [node]
    return values_at(node[path[0]], path[1:]) if isinstance(node, dict) and path[0] in node else []


@pytest.mark.parametrize(("profile", "refusal"), ROWS)
def test_each_row_removes_its_path_and_says_so(profile: LiveModelProfile, refusal: Refusal) -> None:
    value = SETTINGS[refusal.path] if refusal.equals is None else refusal.equals
    setup = setup_with(profile.prefixes[0], refusal.path, value)
    path = refusal.path.split(".")
    assert values_at(msgspec.to_builtins(setup), path)
    fitted, ignored = fit_setup(setup, profile)
    assert values_at(msgspec.to_builtins(fitted), path) == []
    assert fitted.model == setup.model
    (told,) = ignored
    assert refusal.path.startswith(told.path)
    assert str(told) == f"{told.path}: {told.why}"


@pytest.mark.parametrize(("profile", "refusal"), RESPONSE_ROWS)
def test_each_response_row_removes_its_path_and_says_so(profile: LiveModelProfile, refusal: Refusal) -> None:
    value = {"scheduling": "SILENT", "willContinue": True}[refusal.path]
    response = msgspec.convert({"id": "1", "name": "f", "response": {}, refusal.path: value}, FunctionResponse)
    fitted, ignored = fit_response(response, profile)
    assert fitted == FunctionResponse("1", "f", {})
    assert [told.path for told in ignored] == [refusal.path]


@settings(deadline=None)
@given(structs(Setup), TEXT, st.sampled_from(Platform))
def test_an_unknown_model_passes_everything_through(setup: Setup, model: str, platform: Platform) -> None:
    setup = msgspec.structs.replace(setup, model="unheard-of-" + model)
    assert fitted_for(setup, platform) == (setup, ())
    assert missed_in(setup) == ()


@settings(deadline=None)
@given(structs(Setup), st.sampled_from(PROFILES))
def test_fitting_is_total_and_settles_at_once(setup: Setup, profile: LiveModelProfile) -> None:
    fitted, ignored = fit_setup(msgspec.structs.replace(setup, model=profile.prefixes[0]), profile)
    assert fit_setup(fitted, profile) == (fitted, ())
    assert len(ignored) == len(set(ignored))


def test_a_value_that_is_not_the_refused_one_stays() -> None:
    proactive = Setup("gemini-3.8-live", proactivity=ProactivityConfig(proactive_audio=True))
    assert fitted_for(proactive, Platform.VERTEX) == (proactive, ())
    coverage = RealtimeInputConfig(turn_coverage="TURN_INCLUDES_ALL_INPUT")
    tuned = Setup("gemini-3.8-live", realtime_input_config=coverage)
    assert fitted_for(tuned, Platform.VERTEX) == (tuned, ())
    declaration = FunctionDeclaration("f", behavior="NON_BLOCKING")
    thinking = Setup("gemini-3.8-live-extended-thinking", tools=[Tool(function_declarations=[declaration])])
    assert fitted_for(thinking, Platform.GOOGLE_AI) == (thinking, ())


def test_every_item_of_a_list_is_entered_and_its_neighbours_stay() -> None:
    setup = Setup(
        "gemini-3.8-live",
        safety_settings=[
            SafetySetting("HARM_CATEGORY_HARASSMENT", "OFF", "SEVERITY"),
            SafetySetting("HARM_CATEGORY_HATE_SPEECH", "OFF"),
            SafetySetting("HARM_CATEGORY_JAILBREAK", "OFF", "PROBABILITY"),
        ],
        tools=[Tool(retrieval={"x": 1}), Tool(google_search={}), Tool(), Tool(retrieval={})],
    )
    fitted, ignored = fitted_for(setup, Platform.GOOGLE_AI)
    assert [told.path for told in ignored] == ["safetySettings.method", "tools.retrieval"]
    assert fitted.safety_settings is not None
    assert [setting.method for setting in fitted.safety_settings] == [None, None, None]
    assert fitted.tools == [Tool(google_search={}), Tool()]


def test_what_is_empty_without_the_refused_setting_goes_with_it() -> None:
    setup = Setup(
        "gemini-3.1-flash-live-preview",
        generation_config=GenerationConfig(thinking_config=ThinkingConfig(thinking_budget=0)),
        tools=[Tool(retrieval={})],
    )
    assert fitted_for(setup, Platform.GOOGLE_AI)[0] == Setup("gemini-3.1-flash-live-preview")


def test_a_session_stays_resumable_when_it_cannot_be_so_transparently() -> None:
    setup = Setup("gemini-3.8-live", session_resumption=SessionResumptionConfig(transparent=True))
    fitted, ignored = fitted_for(setup, Platform.GOOGLE_AI)
    assert fitted.session_resumption == SessionResumptionConfig()
    assert [told.path for told in ignored] == ["sessionResumption.transparent"]


def test_bytes_survive_the_fitting() -> None:
    voice = VoiceConfig(replicated_voice_config=ReplicatedVoiceConfig("audio/wav", bytes(range(256))))
    speech = GenerationConfig(speech_config=SpeechConfig(voice_config=voice), enable_affective_dialog=True)
    setup = Setup("gemini-3.8-live", generation_config=speech, avatar_config=AvatarConfig("Ben"))
    fitted, _ = fitted_for(setup, Platform.VERTEX)
    assert fitted.generation_config == GenerationConfig(speech_config=SpeechConfig(voice_config=voice))
    assert fitted.avatar_config == AvatarConfig("Ben")


def test_a_response_without_options_is_passed_on_as_it_is() -> None:
    response = FunctionResponse("1", "f", {"output": 1})
    assert answer_for(response, "gemini-3.1-flash-live-preview", Platform.VERTEX) == (response, ())


@pytest.mark.parametrize("will_continue", [True, False])
def test_vertex_takes_no_streamed_results(*, will_continue: bool) -> None:
    response = FunctionResponse("1", "f", {}, scheduling="SILENT", will_continue=will_continue)
    fitted, ignored = answer_for(response, "gemini-3.8-live", Platform.VERTEX)
    assert fitted == FunctionResponse("1", "f", {}, scheduling="SILENT")
    assert [told.path for told in ignored] == ["willContinue"]
    assert answer_for(response, "gemini-3.8-live", Platform.GOOGLE_AI) == (response, ())


def test_what_a_model_cannot_start_without_is_missed_by_name() -> None:
    thinking = Setup("models/gemini-3.8-live-extended-thinking")
    assert missed_in(thinking) == ("generationConfig.thinkingConfig.thinkingLevel",)
    level = GenerationConfig(thinking_config=ThinkingConfig(thinking_level="LOW"))
    assert missed_in(msgspec.structs.replace(thinking, generation_config=level)) == ()
    minimal = GenerationConfig(thinking_config=ThinkingConfig(thinking_level="MINIMAL"))
    fitted, _ = fitted_for(msgspec.structs.replace(thinking, generation_config=minimal), Platform.GOOGLE_AI)
    assert missed_in(fitted) == ("generationConfig.thinkingConfig.thinkingLevel",)
    assert missed_in(Setup("gemini-3.8-live")) == ()


def test_what_the_user_knows_better_decides_what_is_left_off() -> None:
    setup = Setup("gemini-3.8-live", generation_config=GenerationConfig(enable_affective_dialog=True))
    row = profile_for("gemini-3.8-live", Platform.VERTEX)
    assert [told.path for told in fit_setup(setup, row)[1]] == ["generationConfig.enableAffectiveDialog"]
    assert fit_setup(setup, attrs.evolve(row, affective=Switch.OPT_IN)) == (setup, ())


def test_proactivity_passes_where_the_version_takes_it_and_nowhere_else_on_google_ai() -> None:
    proactive = ProactivityConfig(proactive_audio=True)
    for model in ("gemini-2.5-flash-native-audio-latest", "gemini-3.8-live"):
        profile = profile_for(model, Platform.GOOGLE_AI)
        setup = Setup(model, proactivity=proactive)
        assert [told.path for told in fit_setup(setup, profile)[1]] == ["proactivity"]
        kept = fit_setup(setup, profile.in_version("v1alpha"))[0].proactivity
        assert (kept == proactive) == model.startswith("gemini-2.5")
