"""Frames of real sessions with Google's servers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wire.frames import canonical, client, server, written
from trio_live.wire import ServerMessage

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "wire"
NAMES = (
    "google_ai_history_seeding",
    "google_ai_text_in_audio_out",
    "google_ai_tool_call_round",
    "vertex_text_in_audio_out",
    "vertex_tool_round",
)


def load(name: str, direction: str) -> list[dict[str, Any]]:
    path = RECORDINGS / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no recording {name!r}: recordings of real sessions are not part of the source")
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [row["frame"] for row in rows if row["dir"] == direction]


@pytest.mark.parametrize("name", NAMES)
def test_recorded_client_frames_are_accepted_and_written_back(name: str) -> None:
    for frame in load(name, "client"):
        assert written(client(frame, strict=True)) == canonical(frame)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost_from_recorded_server_frames(name: str) -> None:
    for frame in load(name, "server"):
        message = server(frame)
        assert message.unknown is None
        assert message.problems is None
        assert message != ServerMessage()
        assert written(message) == canonical(frame)
