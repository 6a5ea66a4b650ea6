"""What a setup settles for everything that follows."""

from __future__ import annotations

import pytest

from trio_live.emulator._service._settings import SessionSettings
from trio_live.wire import (
    AutomaticActivityDetection,
    FunctionDeclaration,
    HistoryConfig,
    Platform,
    RealtimeInputConfig,
    Setup,
    Switch,
    Tool,
    profile_for,
)

G, V = Platform.GOOGLE_AI, Platform.VERTEX


def settings(model: str = "models/gemini-3.8-live", platform: Platform = G, **setup: object) -> SessionSettings:
    return SessionSettings(setup=Setup(model=model, **setup), platform=platform)  # type: ignore[arg-type]


def test_the_model_is_held_to_what_clients_go_by() -> None:
    assert settings().profile == profile_for("gemini-3.8-live", G)
    assert settings("publishers/google/models/gemini-3.8-live", V).profile == profile_for("gemini-3.8-live", V)
    assert settings("models/gemini-3.1-flash-live-preview").behaviour.name == "3.1"


def test_a_preview_version_takes_more() -> None:
    setup = Setup(model="models/gemini-2.5-flash-native-audio-latest")
    taken = [SessionSettings(setup=setup, platform=G, version=v).profile.proactivity for v in ("v1beta", "v1alpha")]
    assert taken == [Switch.OPT_IN_ALPHA, Switch.OPT_IN]


@pytest.mark.parametrize(
    ("model", "completes", "tells"),
    [
        ("gemini-3.8-live", True, False),
        ("gemini-3.8-live-extended-thinking", True, True),
        ("gemini-3.5-transcribe-live", False, False),
        ("gemini-3.5-live-translate-preview", True, False),
    ],
)
def test_what_ends_a_turn_is_the_models(model: str, completes: bool, tells: bool) -> None:  # noqa: FBT001  # a row
    played = settings(f"models/{model}")
    assert (played.completes_turns, played.tells_status) == (completes, tells)


def test_a_model_that_may_say_nothing_at_the_end_of_a_turn_never_does() -> None:
    assert settings("models/gemini-3.5-live-translate-preview").ends_quietly
    assert not settings().ends_quietly


def test_detection_interruption_and_history_are_the_clients() -> None:
    usual = settings()
    assert (usual.detects_activity, usual.is_interruptible, usual.takes_history) == (True, True, False)
    unusual = settings(
        realtime_input_config=RealtimeInputConfig(
            automatic_activity_detection=AutomaticActivityDetection(disabled=True), activity_handling="NO_INTERRUPTION"
        ),
        history_config=HistoryConfig(initial_history_in_client_content=True),
    )
    assert (unusual.detects_activity, unusual.is_interruptible, unusual.takes_history) == (False, False, True)


def test_a_plan_is_spoken_by_the_model_that_does_so_and_for_full_schemas_only() -> None:
    full = FunctionDeclaration(name="full", parameters_json_schema={"type": "object"})
    plain = FunctionDeclaration(name="plain", parameters={"type": "OBJECT"})
    declared = [Tool(function_declarations=[full, plain])]
    thinker = settings("models/gemini-3.8-live-extended-thinking", tools=declared)
    assert [thinker.speaks_plan([name]) for name in ("full", "plain", "unknown")] == [True, False, False]
    assert not settings(tools=declared).speaks_plan(["full"])
