from __future__ import annotations

from collections.abc import Mapping

import pytest

from trio_live import ConfigError, GoogleAI, Vertex
from trio_live.cli._doctor._environment import (
    default_endpoint,
    look_at_address,
    look_at_credential,
    look_at_model,
)
from trio_live.cli._doctor._findings import Status

KEY = "AIzaSy-not-a-key-0123456789"
ENDPOINT = GoogleAI(KEY)


@pytest.mark.parametrize(
    ("environment", "status", "words"),
    [
        ({"GEMINI_API_KEY": KEY}, Status.OK, f"GEMINI_API_KEY is set ({len(KEY)} characters)"),
        ({"GOOGLE_API_KEY": KEY}, Status.OK, "GOOGLE_API_KEY is set"),
        ({"GEMINI_API_KEY": f"{KEY}\n"}, Status.PROBLEM, "GEMINI_API_KEY holds a blank, a line break"),
        ({"GEMINI_API_KEY": f"{KEY} "}, Status.PROBLEM, "GEMINI_API_KEY holds a blank"),
        ({"GEMINI_API_KEY": KEY, "GOOGLE_API_KEY": "other"}, Status.WARNING, "GOOGLE_API_KEY is not"),
    ],
)
def test_a_key_is_looked_at_and_not_shown(environment: Mapping[str, str], status: Status, words: str) -> None:
    finding = look_at_credential(ENDPOINT, environment)
    assert finding.status is status
    assert words in finding.found
    assert KEY not in f"{finding}"


def test_no_credential_is_a_warning_for_there_is_the_emulator() -> None:
    finding = look_at_credential(ConfigError("no API key in the environment"), {})
    assert finding.status is Status.WARNING
    assert "emulator" in finding.advice


@pytest.mark.parametrize(
    ("environment", "words"), [({"GOOGLE_ACCESS_TOKEN": KEY}, "GOOGLE_ACCESS_TOKEN"), ({}, "gcloud")]
)
def test_a_token_of_vertex_is_named_by_where_it_comes_from(environment: Mapping[str, str], words: str) -> None:
    finding = look_at_credential(Vertex("my-project", "us-central1", KEY), environment)
    assert finding.status is Status.OK
    assert words in finding.found
    assert KEY not in f"{finding}"


def test_calls_that_go_elsewhere_are_told() -> None:
    elsewhere = GoogleAI(KEY, "ws://127.0.0.1:8080")
    (finding,) = look_at_address(elsewhere, {"GOOGLE_GEMINI_BASE_URL": "ws://127.0.0.1:8080"})
    assert finding.status is Status.WARNING
    assert "ws://127.0.0.1:8080/ws/" in finding.found
    (other,) = look_at_address(ENDPOINT, {"GOOGLE_VERTEX_BASE_URL": "ws://127.0.0.1:8080"})
    assert "not for this platform" in other.found
    assert not list(look_at_address(ENDPOINT, {}))


@pytest.mark.parametrize(
    ("environment", "statuses"),
    [
        ({}, []),
        ({"GEMINI_LIVE_MODEL": "gemini-3.8-live"}, [Status.OK]),
        ({"GEMINI_MODEL": "gemini-3.8-live"}, [Status.OK]),
        ({"GEMINI_LIVE_MODEL": "gpt-17"}, [Status.WARNING]),
        ({"GEMINI_LIVE_MODEL": "gemini-2.0-flash-live-001"}, [Status.PROBLEM]),
    ],
)
def test_the_model_of_the_environment(environment: Mapping[str, str], statuses: list[Status]) -> None:
    assert [finding.status for finding in look_at_model(ENDPOINT, environment)] == statuses


def test_without_an_environment_calls_go_to_google() -> None:
    assert default_endpoint().url().startswith("wss://generativelanguage.googleapis.com/")
