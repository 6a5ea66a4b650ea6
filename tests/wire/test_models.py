"""The table of models and platforms."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trio_live.wire import (
    DEFAULT_MODEL,
    PLATFORM_REFUSALS,
    PROFILES,
    UNKNOWN_MODEL,
    FunctionResponse,
    LiveModelProfile,
    Platform,
    Setup,
    bare_model,
    profile_for,
)


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
    assert profile_for(model).name == name


@settings(deadline=None)
@given(
    st.text()
    | st.sampled_from([prefix for profile in PROFILES for prefix in profile.prefixes]).flatmap(
        lambda prefix: st.text(max_size=5).map(lambda tail: prefix + tail)
    )
)
def test_every_string_has_exactly_one_profile(model: str) -> None:
    bare = bare_model(model)
    matching = [
        (len(prefix), profile) for profile in PROFILES for prefix in profile.prefixes if bare.startswith(prefix)
    ]
    longest = max(matching, key=lambda row: row[0], default=(0, UNKNOWN_MODEL))
    assert profile_for(model) is longest[1]


def test_no_prefix_stands_in_two_profiles() -> None:
    prefixes = [prefix for profile in PROFILES for prefix in profile.prefixes]
    assert len(prefixes) == len(set(prefixes))
    assert len({profile.name for profile in PROFILES}) == len(PROFILES)


@pytest.mark.parametrize("platform", list(Platform))
def test_the_default_model_is_served(platform: Platform) -> None:
    profile = profile_for(DEFAULT_MODEL[platform])
    assert profile is not UNKNOWN_MODEL
    assert not profile.retired


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_row_names_paths_that_exist(profile: LiveModelProfile) -> None:
    for refusal in (*PLATFORM_REFUSALS, *profile.refuses):
        assert missing_name(refusal.path, Setup) is None
        assert refusal.why
    for path in profile.requires:
        assert missing_name(path, Setup) is None
    for refusal in profile.refuses_in_response:
        assert missing_name(refusal.path, FunctionResponse) is None


def test_native_audio_speaks_only_and_half_cascade_may_write() -> None:
    assert profile_for("gemini-2.5-flash-native-audio-latest").modalities == ("AUDIO",)
    assert profile_for("gemini-live-2.5-flash").modalities == ("AUDIO", "TEXT")
    assert profile_for("gemini-3.8-live").modalities == ("AUDIO", "VIDEO")
    assert profile_for("gemini-3.8-live-extended-thinking").modalities == ("AUDIO",)
