from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.callers import MODEL, OLD_MODEL, VERTEX_MODEL, tools
from trio_live.emulator._service._refusals import INVALID_ARGUMENT, Refused
from trio_live.emulator._service._setup_rules import Route, declarations, refuse_setup
from trio_live.wire import (
    AvatarConfig,
    FunctionDeclaration,
    GenerationConfig,
    Platform,
    ProactivityConfig,
    RealtimeInputConfig,
    SafetySetting,
    SessionResumptionConfig,
    Setup,
    ThinkingConfig,
    Tool,
    TranslationConfig,
)

GOOGLE = Route(Platform.GOOGLE_AI, "v1beta")
VERTEX = Route(Platform.VERTEX, "v1beta1")
SILENT = "models/gemini-3.1-flash-live-preview"
PROACTIVE = ProactivityConfig(proactive_audio=True)


def refuse(setup: Setup, route: Route = GOOGLE, *, strict: bool = True) -> Refused | None:
    return refuse_setup(setup, route, models=None, strict=strict)


def generation(**fields: Any) -> dict[str, Any]:
    return {"generation_config": GenerationConfig(**fields)}


@pytest.mark.parametrize(
    ("model", "fields", "route"),
    [
        (MODEL, {}, GOOGLE),
        ("tunedModels/mine", {}, GOOGLE),
        (VERTEX_MODEL, {}, VERTEX),
        ("publishers/google/models/gemini-3.8-live", {}, VERTEX),
        (MODEL, generation(response_modalities=["AUDIO"]), GOOGLE),
        ("models/gemini-3.5-transcribe-live", generation(response_modalities=["TEXT"]), GOOGLE),
        (VERTEX_MODEL, generation(response_modalities=["TEXT"]), VERTEX),
        (MODEL, {"tools": tools("a", "b-c.d:e", "_f")}, GOOGLE),
        (MODEL, {"tools": [*tools("a"), Tool(google_search={})]}, GOOGLE),
        (OLD_MODEL, {"tools": [Tool(google_search={})]}, GOOGLE),
        (OLD_MODEL, {"proactivity": PROACTIVE}, Route(Platform.GOOGLE_AI, "v1alpha")),
        ("publishers/google/models/gemini-3.8-live", {"explicit_vad_signal": True}, VERTEX),
        ("projects/p/locations/l/endpoints/7", {}, VERTEX),
    ],
)
def test_these_setups_are_served(model: str, fields: dict[str, Any], route: Route) -> None:
    assert refuse(Setup(model=model, **fields), route) is None


@pytest.mark.parametrize(
    ("model", "fields", "route", "code", "words"),
    [
        ("", {}, GOOGLE, 1007, f"{INVALID_ARGUMENT} setup.model"),
        ("gemini-3.8-live", {}, GOOGLE, 1007, "unexpected model name format"),
        ("models/gemini-3.8-live", {}, VERTEX, 1007, "unexpected model name format"),
        (
            "models/gemini-2.0-flash-live-001",
            {},
            GOOGLE,
            1008,
            "is not found for API version v1beta, or is not supported for bidiGenerateContent",
        ),
        ("models/of-the-future", {}, GOOGLE, 1008, "models/of-the-future is not found for API version v1beta"),
        (MODEL, generation(response_modalities=["TEXT"]), GOOGLE, 1007, "response modalities (TEXT) is not supported"),
        (OLD_MODEL, generation(response_modalities=["TEXT"]), GOOGLE, 1007, "response modalities (TEXT)"),
        (MODEL, generation(response_modalities=["AUDIO", "TEXT"]), GOOGLE, 1007, "modalities (AUDIO, TEXT)"),
        ("models/gemini-3.5-transcribe-live", {}, GOOGLE, 1007, "response modalities (AUDIO) is not supported"),
        (MODEL, {"proactivity": PROACTIVE}, GOOGLE, 1007, "Unknown name \"proactivity\" at 'setup'"),
        (
            MODEL,
            {"session_resumption": SessionResumptionConfig(transparent=True)},
            GOOGLE,
            1007,
            "Unknown name \"transparent\" at 'setup.session_resumption'",
        ),
        (MODEL, {"explicit_vad_signal": True}, GOOGLE, 1007, 'Unknown name "explicitVadSignal"'),
        (MODEL, {"avatar_config": AvatarConfig(avatar_name="Ben")}, GOOGLE, 1007, 'Unknown name "avatarConfig"'),
        (
            MODEL,
            {"safety_settings": [SafetySetting(category="HARM_CATEGORY_HARASSMENT", method="SEVERITY")]},
            GOOGLE,
            1007,
            'Unknown name "method"',
        ),
        (
            "publishers/google/models/gemini-3.8-live",
            {"realtime_input_config": RealtimeInputConfig(turn_coverage="TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO")},
            VERTEX,
            1007,
            f"{INVALID_ARGUMENT} setup.realtimeInputConfig.turnCoverage: ",
        ),
        (MODEL, generation(thinking_config=ThinkingConfig(thinking_budget=0)), GOOGLE, 1007, INVALID_ARGUMENT),
        (SILENT, generation(enable_affective_dialog=True), GOOGLE, 1007, INVALID_ARGUMENT),
        ("models/gemini-3.8-live-extended-thinking", {}, GOOGLE, 1007, "a setup without `thinkingLevel`"),
        ("models/gemini-3.5-live-translate-preview", {}, GOOGLE, 1007, "a setup without a language"),
        (MODEL, {"tools": tools("1st")}, GOOGLE, 1007, "Invalid function name"),
        (MODEL, {"tools": tools("a" * 129)}, GOOGLE, 1007, "Invalid function name"),
        (MODEL, {"tools": tools("a", "a")}, GOOGLE, 1007, "Duplicate function declaration"),
        (OLD_MODEL, {"tools": [*tools("a"), Tool(google_search={})]}, GOOGLE, 1007, "search together with functions"),
        (MODEL, {"tools": tools("a", parameters={}, parameters_json_schema={})}, GOOGLE, 1007, "exclude each other"),
        (
            MODEL,
            {"tools": tools("a", parameters={"type": "OBJECT", "properties": {"x": {"type": ["string", "null"]}}})},
            GOOGLE,
            1007,
            "Unknown name \"type\" at 'setup.tools[0].function_declarations[0].parameters.properties.x': Proto field is",
        ),
    ],
)
def test_these_setups_are_refused(model: str, fields: dict[str, Any], route: Route, code: int, words: str) -> None:
    refusal = refuse(Setup(model=model, **fields), route)
    assert refusal is not None
    assert refusal.code == code
    assert words in f"{refusal.reason} {refusal.why}"


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        ("gemini-3.8-live", {}),
        (MODEL, {"proactivity": PROACTIVE}),
        (MODEL, generation(thinking_config=ThinkingConfig(thinking_budget=0))),
        (MODEL, {"tools": tools("1st")}),
    ],
)
def test_a_lenient_server_passes_over_what_it_need_not_refuse(model: str, fields: dict[str, Any]) -> None:
    assert refuse(Setup(model=model, **fields), strict=False) is None


def test_a_list_of_models_closes_the_door_to_others() -> None:
    models = {"gemini-3.8-live"}
    assert refuse_setup(Setup(model=MODEL), GOOGLE, models=models, strict=True) is None
    refusal = refuse_setup(Setup(model=OLD_MODEL), GOOGLE, models=models, strict=True)
    assert refusal is not None
    assert refusal.code == 1008


def test_a_model_nobody_knows_is_served_where_it_is_listed_or_where_nothing_is_minded() -> None:
    setup = Setup(model="models/of-the-future", proactivity=PROACTIVE)
    assert refuse_setup(setup, GOOGLE, models={"of-the-future"}, strict=True) is None
    assert refuse_setup(setup, GOOGLE, models=None, strict=False) is None
    assert refuse_setup(setup, GOOGLE, models={"of-tomorrow"}, strict=False) is not None


def test_a_client_spells_models_as_the_platform_it_addresses_does() -> None:
    route = Route(Platform.VERTEX, "v1beta", addressed=Platform.GOOGLE_AI)
    assert refuse(Setup(model=MODEL), route) is None
    assert refuse(Setup(model=VERTEX_MODEL), route) is not None


def test_a_property_called_type_is_no_type() -> None:
    parameters = {"type": "OBJECT", "properties": {"type": {"type": "STRING", "enum": ["a"]}}}
    assert refuse(Setup(model=MODEL, tools=tools("a", parameters=parameters))) is None


def test_a_translation_with_a_language_is_served() -> None:
    config = GenerationConfig(translation_config=TranslationConfig(target_language_code="pl"))
    assert refuse(Setup(model="models/gemini-3.5-live-translate-preview", generation_config=config)) is None


def test_declarations_of_all_tools_are_found_by_name() -> None:
    found = declarations([Tool(google_search={}), *tools("a", "b"), *tools("c")])
    assert list(found) == ["a", "b", "c"]
    assert found["b"] == FunctionDeclaration(name="b")
    assert declarations(None) == {}
