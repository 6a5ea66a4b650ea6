from __future__ import annotations

import json
from typing import Any

import pytest

from trio_live.emulator._access._locks import locked_setup
from trio_live.emulator._access._tokens import Terms
from trio_live.errors import RemoteProtocolError
from trio_live.wire import (
    AutomaticActivityDetection,
    Content,
    GenerationConfig,
    RealtimeInputConfig,
    SessionResumptionConfig,
    Setup,
)

ASKED = Setup(
    model="models/asked",
    generation_config=GenerationConfig(temperature=1.5, response_modalities=["AUDIO"]),
    system_instruction=Content.of("Obey me."),
    session_resumption=SessionResumptionConfig(handle="h"),
)


def locked(setup: Any, *mask: str) -> Setup:
    written = None if setup is None else json.dumps(setup).encode()
    return locked_setup(ASKED, Terms(expires=0, opens_until=0, setup=written, mask=mask))


def test_without_a_setup_nothing_is_locked() -> None:
    assert locked(None) is ASKED
    assert locked(None, "model") is ASKED


def test_without_a_mask_everything_is_locked_but_the_handle() -> None:
    setup = locked({"model": "models/locked", "generationConfig": {"temperature": 0.5}})
    assert setup == Setup(
        model="models/locked",
        generation_config=GenerationConfig(temperature=0.5),
        session_resumption=SessionResumptionConfig(handle="h"),
    )


def test_to_lock_that_handles_are_asked_for_does_not_take_the_clients_away() -> None:
    setup = locked({"model": "models/locked", "sessionResumption": {"transparent": True}})
    assert setup.session_resumption == SessionResumptionConfig(handle="h", transparent=True)


@pytest.mark.parametrize(
    "path", ["generationConfig.temperature", "generation_config.temperature", "setup.generationConfig.temperature"]
)
def test_with_a_mask_only_its_paths_are_locked(path: str) -> None:
    setup = locked({"model": "models/locked", "generation_config": {"temperature": 0.5}}, path)
    assert setup.model == "models/asked"
    assert setup.system_instruction == ASKED.system_instruction
    assert setup.generation_config == GenerationConfig(temperature=0.5, response_modalities=["AUDIO"])


def test_a_locked_path_that_the_token_leaves_empty_is_emptied() -> None:
    setup = locked({"model": "models/locked"}, "systemInstruction", "generationConfig.temperature", "tools")
    assert setup.system_instruction is None
    assert setup.generation_config == GenerationConfig(response_modalities=["AUDIO"])


def test_a_locked_path_that_the_client_left_out_is_filled() -> None:
    setup = locked({"realtimeInputConfig": {"activityHandling": "NO_INTERRUPTION"}}, "realtimeInputConfig")
    assert setup.realtime_input_config == RealtimeInputConfig(activity_handling="NO_INTERRUPTION")
    deep = {"realtimeInputConfig": {"automaticActivityDetection": {"disabled": True}}}
    setup = locked(deep, "realtimeInputConfig.automaticActivityDetection.disabled")
    detection = AutomaticActivityDetection(disabled=True)
    assert setup.realtime_input_config == RealtimeInputConfig(automatic_activity_detection=detection)
    assert locked({}, "realtimeInputConfig.activityHandling") == ASKED


def test_settings_that_cannot_be_read_are_told() -> None:
    with pytest.raises(RemoteProtocolError):
        locked({"generationConfig": "hot"})
