"""Recordings for tests: made by sessions here, and those of real servers beside the repository."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio

from tests.peer import Peer, call
from trio_live import Live, LiveHandle, Platform, State
from trio_live.recording import MemoryWireRecorder, WireDirection, WireEntry
from trio_live.replay import Replayed, replay_now
from trio_live.replay._internal import divergences

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "wire"
NAMES = (
    "google_ai_history_seeding",
    "google_ai_text_in_audio_out",
    "google_ai_tool_call_round",
    "vertex_text_in_audio_out",
    "vertex_tool_round",
)
STEP_MS = 100
"""Between two frames of a real recording, which does not tell its times."""


async def record(
    live: Live, during: Callable[[LiveHandle, Peer], Awaitable[object]], *, platform: Platform = Platform.GOOGLE_AI
) -> list[WireEntry]:
    """What a session with a peer records, its clock being Trio's."""
    recorder = MemoryWireRecorder()
    state = State(clock=lambda: 1_700_000_000 + trio.current_time())
    async with call(live.wire_recorder(recorder).state(state), platform=platform) as (session, peer):
        await during(session, peer)
    return recorder.entries()


def same_again(live: Live, entries: list[WireEntry]) -> Replayed:
    """The replay, in which everything that is sent is what was recorded, byte by byte and in order."""
    replayed = replay_now(live, entries)
    assert divergences(entries, replayed, whole=True) == ()
    assert list(replayed.sent) == sent(entries)
    return replayed


def sent(entries: list[WireEntry]) -> list[bytes]:
    return [entry.payload for entry in entries if entry.direction is WireDirection.OUT]


def real(name: str) -> list[WireEntry]:
    path = REAL / f"{name}.jsonl"
    if not path.exists():
        pytest.skip(f"no recording {name!r}: recordings of real sessions are not part of the source")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        WireEntry(
            number,
            WireDirection.OUT if line["dir"] == "client" else WireDirection.IN,
            STEP_MS * number,
            json.dumps(line["frame"]).encode(),
        )
        for number, line in enumerate(lines, 1)
    ]
