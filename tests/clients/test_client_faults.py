"""What goes wrong in the clients of others and is not the emulator's doing: each with what shows it."""

from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest

from tests.clients.clients import CLIENTS, needs
from tests.clients.emulators import Exchange, play

if "TRIO_LIVE_CLIENTS" not in os.environ:
    pytest.skip("the clients of others are not installed here; nox -s clients installs them", allow_module_level=True)

OLD, NEW = "gemini-2.5-flash-native-audio-latest", "gemini-3.8-live"
BY_NAME = {client.name: client for client in CLIENTS}
ADK = BY_NAME["adk"]
GOOGLE_GENAI = attrs.evolve(BY_NAME["pydantic-ai"], program="with_google_genai.py")
"""The official client, in an environment that it came to with another."""


@needs(ADK)
async def test_adk_keeps_calls_of_older_models_back_until_their_turn_is_complete(tmp_path: Path) -> None:
    """A recorded session of Google's has the turn completed after the answer; so ADK and the model wait for each other.

    Here the connection ends when nothing was said for long, and the function was never run.
    """
    seen = await play(ADK, tmp_path, "--time-scale", "20", scenarios=[f"tool:{OLD}"])
    assert seen.sent("toolCall"), "the model did ask"
    assert not seen.told("call")
    assert not seen.received("toolResponse")


@needs(ADK)
async def test_adk_forgets_its_handle_when_a_session_cannot_be_resumed_for_now(tmp_path: Path) -> None:
    """The update at the beginning of a turn has no handle, and takes the place of the one before.

    When the connection breaks in that turn, the session is given up, though the handle before would have led back to it.
    """
    options = ("--time-scale", "4", "--fault", "cut@generation:2+1s/1")
    seen = await play(ADK, tmp_path, *options, scenarios=[f"lose_handle:{NEW}"], cue=has_given_handle)
    assert [bool(handle) for handle in seen.told("handle")] == [False, True, False]
    assert seen.told("failed")
    assert len(seen.received("setup")) == 1, "it did not try to come back"


def has_given_handle(exchanges: list[Exchange]) -> bool:
    return any("newHandle" in each.frame.get("sessionResumptionUpdate", {}) for each in exchanges)


@needs(GOOGLE_GENAI)
async def test_google_genai_raises_a_type_error_on_a_message_it_does_not_know(tmp_path: Path) -> None:
    options = ("--time-scale", "4", "--fault", "unknown_message")
    seen = await play(GOOGLE_GENAI, tmp_path, *options, scenarios=[f"unknown_message:{NEW}"])
    (failed,) = seen.told("failed")
    assert "TypeError" in failed
    assert "google/genai" in failed
