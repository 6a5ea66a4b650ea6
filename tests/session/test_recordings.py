"""Real sessions, replayed: what Google's servers sent becomes the events that should be told."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from tests.session.link import ignore, kinds
from tests.wire.frames import canonical, client
from trio_live import wire_events
from trio_live.events._internal import Command, SendClientContent, SendToolResponse
from trio_live.session import SessionPhase
from trio_live.session._internal import SessionProtocol
from trio_live.wire import ClientMessage, Platform, profile_for

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "wire"

OPENING = ["Connecting", "SetupSent", "Active", "Connected"]
ENDING = ["GenerationComplete", "Usage", "TurnComplete", "Active"]
VERTEX_ENDING = ["GenerationComplete", "Grounding", "Usage", "TurnComplete", "Active"]
SAID, SOUND = "OutputTranscription", "AudioData"
ROUND = ["ToolCallPending", "ToolCall", "ToolCallExecuting", "Active"]

EXPECTED = {
    "google_ai_text_in_audio_out": [*OPENING, "Thought", SAID, "ModelSpeaking", SOUND, *ENDING],
    "google_ai_history_seeding": [
        *(*OPENING, "Thought", SAID, "ModelSpeaking"),
        *(SOUND, SAID, SOUND, SAID, SOUND, SAID, SOUND, SAID, SOUND),
        *ENDING,
    ],
    "google_ai_tool_call_round": [
        *(*OPENING, *ROUND, SAID, "ModelSpeaking"),
        *(SOUND, SAID, SOUND, SAID, SOUND, SAID, SOUND, SAID, SOUND),
        *ENDING,
    ],
    "vertex_text_in_audio_out": [*OPENING, SAID, "ModelSpeaking", SOUND, *VERTEX_ENDING],
    "vertex_tool_round": [
        *(*OPENING, *ROUND),
        *("GenerationComplete", "Grounding", "Usage", "TurnComplete"),  # Vertex closes the calling turn
        *(SAID, "ModelSpeaking", SOUND, *VERTEX_ENDING),
    ],
}
"""What each session tells, with repetitions told once."""

SPOKEN = {
    "google_ai_text_in_audio_out": "Hello there.",
    "google_ai_history_seeding": "Your name is Alice, and your favorite color is teal.",
    "google_ai_tool_call_round": 'I have recorded a reading of 5 with the note "steady."',
    "vertex_text_in_audio_out": "Hello there.",
    "vertex_tool_round": "It is foggy and 12 degrees in London.",
}


def load(name: str) -> list[dict[str, Any]]:
    path = RECORDINGS / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no recording {name!r}: recordings of real sessions are not part of the source")
    return [json.loads(line) for line in path.read_text().splitlines()]


def command_of(message: ClientMessage) -> Command:
    """What a recorded client wished to say."""
    if message.tool_response is not None:
        return SendToolResponse(tuple(message.tool_response.function_responses or ()))
    assert message.client_content is not None
    turns = tuple(message.client_content.turns or ())
    return SendClientContent(turns, turn_complete=bool(message.client_content.turn_complete))


def replay(name: str) -> tuple[SessionProtocol, list[wire_events.SessionEvent]]:
    """Drive a session as the recorded client did, and check that it sends the very same frames."""
    (first, *rows) = load(name)
    setup = client(first["frame"]).setup
    assert setup is not None
    platform = Platform.VERTEX if name.startswith("vertex") else Platform.GOOGLE_AI
    protocol = SessionProtocol(setup, profile_for(setup.model, platform), on_lost=ignore)
    frame, events = protocol.begin()
    assert json.loads(frame) == canonical(first["frame"])
    for row in rows:
        if row["dir"] == "server":
            events += protocol.receive(json.dumps(row["frame"], indent=2).encode() + b"\n")
            continue
        command = command_of(client(row["frame"]))
        if isinstance(command, SendToolResponse):
            events += protocol.tools_started()
        (sent,), news = protocol.send(command)
        events += news
        assert json.loads(sent) == canonical(row["frame"])
    return protocol, events


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_session_tells_what_happened_in_order(name: str) -> None:
    protocol, events = replay(name)
    assert [kind for kind, _ in itertools.groupby(kinds(events))] == EXPECTED[name]
    assert protocol.phase is SessionPhase.ACTIVE


@pytest.mark.parametrize("name", SPOKEN)
def test_nothing_a_recorded_model_said_is_lost(name: str) -> None:
    _, events = replay(name)
    said = [event.text for event in events if isinstance(event, wire_events.OutputTranscription)]
    assert "".join(said).strip() == SPOKEN[name]
    heard = [row["frame"] for row in load(name) if row["dir"] == "server" and "inlineData" in json.dumps(row["frame"])]
    assert len([event for event in events if isinstance(event, wire_events.AudioData)]) == len(heard)
