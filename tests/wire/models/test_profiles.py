"""The rows of models and platforms, and what follows from them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.wire import (
    DEFAULT_MODEL,
    PROFILES,
    UNKNOWN_MODEL,
    ClientContentUse,
    FunctionDeclaration,
    FunctionResponse,
    LiveModelProfile,
    Platform,
    Setup,
    Switch,
    ThinkingKind,
    Tool,
    profile_for,
    required_settings,
    response_refusals,
    setup_refusals,
)
from trio_live.wire._internal import THINKING_LEVELS, bare_model, sent_behavior


def missing_name(path: str, struct: type[msgspec.Struct]) -> str | None:
    """The first name on ``path`` that is no field of the struct it stands in."""
    for name in path.split("."):
        fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
        if name not in fields:
            return name
        struct = next(iter(_structs_in(fields[name].type)), msgspec.Struct)
    return None


def _structs_in(kind: Any) -> list[type[msgspec.Struct]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [kind]
    return [found for member in getattr(kind, "__args__", ()) for found in _structs_in(member)]


def row_name(profile: LiveModelProfile) -> str:
    return f"{profile.name} on {profile.platform.name}"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("gemini-3.8-live", "3.8 live"),
        ("models/gemini-3.8-live", "3.8 live"),
        ("gemini-3.8-live-extended-thinking", "3.8 live extended thinking"),
        (
            "projects/p/locations/us/publishers/google/models/gemini-3.8-live-extended-thinking-x",
            "3.8 live extended thinking",
        ),
        ("publishers/google/models/gemini-live-2.5-flash-native-audio", "2.5 native audio"),
        ("gemini-2.5-flash-native-audio-preview-12-2025", "2.5 native audio"),
        ("gemini-2.5-flash-native-audio-latest", "2.5 native audio"),
        ("gemini-live-2.5-flash", "2.5 half cascade"),
        ("gemini-live-2.5-flash-preview", "retired"),
        ("gemini-live-2.5-flash-preview-native-audio-09-2025", "2.5 native audio"),
        ("gemini-2.5-flash-preview-native-audio-dialog", "retired"),
        ("gemini-2.0-flash-live-001", "retired"),
        ("gemini-3.1-flash-live-preview", "3.1 flash live"),
        ("gemini-3.5-live-translate-preview", "3.5 live translate"),
        ("gemini-3.5-transcribe-live-preview", "3.5 transcribe live"),
        ("gemini-3.8-flash", "unknown model"),
        ("gemini-9-live", "unknown model"),
        ("tunedModels/mine", "unknown model"),
        ("", "unknown model"),
    ],
)
def test_a_model_has_the_profile_of_its_longest_prefix(model: str, name: str) -> None:
    assert profile_for(model, Platform.GOOGLE_AI).name == profile_for(model, Platform.VERTEX).name == name


@settings(deadline=None)
@given(
    st.text()
    | st.sampled_from([prefix for profile in PROFILES for prefix in profile.prefixes]).flatmap(
        lambda prefix: st.text(max_size=5).map(lambda tail: prefix + tail)
    ),
    st.sampled_from(Platform),
)
def test_every_string_has_exactly_one_profile_on_each_platform(model: str, platform: Platform) -> None:
    bare = bare_model(model)
    matching = [
        (len(prefix), profile)
        for profile in PROFILES
        for prefix in profile.prefixes
        if profile.platform is platform and bare.startswith(prefix)
    ]
    longest = max(matching, key=lambda row: row[0], default=(0, UNKNOWN_MODEL[platform]))
    assert profile_for(model, platform) is longest[1]


@pytest.mark.parametrize("profile", [*PROFILES, *UNKNOWN_MODEL.values()], ids=row_name)
def test_a_name_inside_an_id_counts_for_nothing(profile: LiveModelProfile) -> None:
    for prefix in profile.prefixes:
        assert not profile_for(f"my-{prefix}", profile.platform).known


def test_a_model_that_one_platform_has_is_unknown_on_the_other() -> None:
    assert profile_for("gemini-robotics-er-2-streaming-preview", Platform.GOOGLE_AI).modalities == ("TEXT",)
    assert not profile_for("gemini-robotics-er-2-streaming-preview", Platform.VERTEX).known


@pytest.mark.parametrize("platform", list(Platform))
def test_no_prefix_stands_in_two_profiles(platform: Platform) -> None:
    rows = [profile for profile in PROFILES if profile.platform is platform]
    prefixes = [prefix for profile in rows for prefix in profile.prefixes]
    assert len(prefixes) == len(set(prefixes))
    assert len({profile.name for profile in rows}) == len(rows)


@pytest.mark.parametrize("platform", list(Platform))
def test_the_default_model_is_served_and_recommended(platform: Platform) -> None:
    profile = profile_for(DEFAULT_MODEL, platform)
    assert profile.name == "3.8 live"
    assert not profile.retired


@pytest.mark.parametrize("profile", PROFILES, ids=row_name)
def test_every_row_says_where_it_comes_from_and_refuses_only_what_exists(profile: LiveModelProfile) -> None:
    assert any(kind in profile.source for kind in ("documented", "official client", "measured"))
    for refusal in setup_refusals(profile):
        assert missing_name(refusal.path, Setup) is None
        assert refusal.why
    for path in required_settings(profile):
        assert missing_name(path, Setup) is None
    for refusal in response_refusals(profile):
        assert missing_name(refusal.path, FunctionResponse) is None


@pytest.mark.parametrize("profile", PROFILES, ids=row_name)
def test_a_row_does_not_contradict_itself(profile: LiveModelProfile) -> None:
    assert set(profile.call_behaviors) <= {"BLOCKING", "NON_BLOCKING"}
    assert set(profile.thinking.levels) <= set(THINKING_LEVELS)
    assert (profile.thinking.kind is ThinkingKind.LEVEL) == bool(profile.thinking.levels)
    assert profile.modalities
    assert set(profile.modalities) <= {"AUDIO", "TEXT", "VIDEO"}
    assert profile.turn_ends_on
    if profile.scheduling:
        assert "NON_BLOCKING" in profile.call_behaviors
    if "TEXT" not in profile.input_modalities:
        assert profile.client_content is ClientContentUse.NEVER
        assert not profile.realtime_text


@pytest.mark.parametrize(
    ("model", "platform", "modalities"),
    [
        ("gemini-2.5-flash-native-audio-latest", Platform.GOOGLE_AI, ("AUDIO",)),
        ("gemini-live-2.5-flash", Platform.VERTEX, ("AUDIO", "TEXT")),
        ("gemini-3.8-live", Platform.GOOGLE_AI, ("AUDIO",)),
        ("gemini-3.8-live", Platform.VERTEX, ("AUDIO", "VIDEO")),
        ("gemini-3.8-live-extended-thinking", Platform.VERTEX, ("AUDIO",)),
        ("gemini-3.5-transcribe-live", Platform.GOOGLE_AI, ("TEXT",)),
    ],
)
def test_a_model_answers_in_what_it_serves(model: str, platform: Platform, modalities: tuple[str, ...]) -> None:
    assert profile_for(model, platform).modalities == modalities


def test_a_preview_version_opens_what_only_it_takes() -> None:
    stable = profile_for("gemini-2.5-flash-native-audio-latest", Platform.GOOGLE_AI)
    preview = stable.in_version("v1alpha")
    assert (stable.proactivity, stable.affective) == (Switch.OPT_IN_ALPHA, Switch.OPT_IN_ALPHA)
    assert (preview.proactivity, preview.affective) == (Switch.OPT_IN, Switch.OPT_IN)
    assert stable.in_version("v1beta") is stable
    newest = profile_for("gemini-3.8-live", Platform.GOOGLE_AI)
    assert newest.in_version("v1alpha") == newest


def test_only_vertex_resumes_transparently() -> None:
    assert profile_for("gemini-3.8-live", Platform.VERTEX).transparent_resumption
    assert not profile_for("gemini-3.8-live", Platform.GOOGLE_AI).transparent_resumption


@pytest.mark.parametrize(
    ("model", "platform", "declared", "behavior"),
    [
        ("gemini-2.5-flash-native-audio-latest", Platform.GOOGLE_AI, None, "BLOCKING"),
        ("gemini-2.5-flash-native-audio-latest", Platform.GOOGLE_AI, "NON_BLOCKING", "NON_BLOCKING"),
        ("gemini-3.1-flash-live-preview", Platform.GOOGLE_AI, None, "BLOCKING"),
        ("gemini-3.8-live", Platform.VERTEX, None, "NON_BLOCKING"),
        ("gemini-3.8-live", Platform.VERTEX, "UNSPECIFIED", "NON_BLOCKING"),
        ("gemini-3.8-live", Platform.VERTEX, "BLOCKING", "BLOCKING"),
        ("gemini-3.8-live-extended-thinking", Platform.GOOGLE_AI, None, "NON_BLOCKING"),
        ("gemini-3.5-transcribe-live", Platform.GOOGLE_AI, None, "BLOCKING"),
        ("gemini-of-tomorrow", Platform.GOOGLE_AI, None, "BLOCKING"),
    ],
)
def test_the_behaviour_of_a_call_is_the_one_that_was_sent(
    model: str, platform: Platform, declared: str | None, behavior: str
) -> None:
    tool = Tool(function_declarations=[FunctionDeclaration("g"), FunctionDeclaration("f", behavior=declared)])
    setup = Setup(model, tools=[Tool(google_search={}), tool])
    assert sent_behavior(setup, "f", profile_for(model, platform)) == behavior


def test_a_function_that_nobody_declared_is_called_in_the_models_way() -> None:
    assert sent_behavior(Setup("gemini-3.8-live"), "f", profile_for("gemini-3.8-live", Platform.VERTEX)) == (
        "NON_BLOCKING"
    )
