"""Frames to begin with: those of the examples, and of recordings where the folder with them is there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.wire.frames import EXAMPLES

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "data" / "wire"

Frame = dict[str, Any]

_SOUND = "AAECAwQFBgc" * 200
_GENERATED: list[Frame] = [
    {"serverContent": {"modelTurn": {"parts": [{"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": _SOUND}}]}}},
    {"serverContent": {"modelTurn": {"parts": [{"text": "one "}, {"text": "two"}]}}},
    {"serverContent": {"outputTranscription": {"text": "so it is"}, "turnComplete": True}},
    {"serverContent": {"interrupted": True}},
    *({"toolCall": {"functionCalls": [{"id": f"call-{number}", "name": "f", "args": {"a": [1, {"b": 2.5}]}}]}} for number in range(3)),
    {"toolCall": {"functionCalls": [{"id": "s", "name": "f", "partialArgs": [{"jsonPath": "$.a"}], "willContinue": True}]}},
    {"toolCallCancellation": {"ids": ["call-1", "call-2", "never-called"]}},
    {"goAway": {"timeLeft": "10s"}},
    {"usageMetadata": {"totalTokenCount": 7, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 7}]}},
    {"sessionResumptionUpdate": {"newHandle": "h", "resumable": True, "lastConsumedClientMessageIndex": "7"}},
]  # fmt: skip


def frames() -> list[Frame]:
    """Frames of a server, every kind of them."""
    recorded = _recorded("server")
    sample = recorded[:: max(1, len(recorded) // 200)]
    return [*_GENERATED, *(row.frame for row in EXAMPLES), *sample]


def client_frames() -> list[Frame]:
    """Frames of a client, every kind of them."""
    return [*(row.frame for row in EXAMPLES if row.direction == "client"), *_recorded("client")]


def _recorded(side: str) -> list[Frame]:
    return [
        row["frame"]
        for path in sorted(RECORDINGS.glob("*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if row["dir"] == side
    ]
