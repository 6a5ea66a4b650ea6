"""A generated recording of ten hours: somebody who talks all day, and an agent that answers, looks things up and is interrupted."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator

from trio_live.recording import WireDirection, WireEntry
from trio_live.timeline import Note

HOURS = 10
EPOCH = 1_700_000_000.0
TURN = 20.0
"""Seconds from one turn to the next."""
MIC = 0.05
PIECE = 0.1


def _tone(seconds: float, rate: int, loudness: float) -> str:
    samples = (round(20_000 * loudness * math.sin(number / 7)) for number in range(round(seconds * rate)))
    return base64.b64encode(b"".join(each.to_bytes(2, "little", signed=True) for each in samples)).decode()


def _entry(direction: WireDirection, at: float, payload: bytes) -> WireEntry:
    return WireEntry(1, direction, round(1000 * (EPOCH + at)), payload)


def long_call(hours: float = HOURS) -> list[WireEntry]:
    """More than a million frames in ten hours."""
    return sorted(_frames(hours * 3600), key=lambda entry: entry.ts_ms)


def notes_of(hours: float = HOURS) -> list[Note]:
    """What a session notes in such a call: it moves between phases, and counts."""
    notes = []
    for turn in range(int(hours * 3600 / TURN)):
        at = EPOCH + turn * TURN + 18
        phase = ("welcome", "day", "time", "farewell")[turn % 4]
        for key, new in (("session:turn_count", turn), ("session:phase", phase), ("request", f"request {turn}")):
            notes.append(
                Note(at, "mutation", {"key": key, "new": new, "origin": "set", "delta": False, "who": "step count"})
            )
        notes += [Note(at + 0.01, "step", {"name": name, "began": at}) for name in ("extract", "move_on", "publish")]
    return notes


def _frames(length: float) -> Iterator[WireEntry]:
    out, into = WireDirection.OUT, WireDirection.IN
    mic = [
        json.dumps(
            {"realtimeInput": {"audio": {"mimeType": "audio/pcm;rate=16000", "data": _tone(MIC, 16_000, loud)}}}
        ).encode()
        for loud in (0.002, 0.3, 0.6, 0.9)
    ]
    voice = [
        json.dumps(
            {
                "serverContent": {
                    "modelTurn": {
                        "parts": [
                            {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": _tone(PIECE, 24_000, loud)}}
                        ]
                    }
                }
            }
        ).encode()
        for loud in (0.3, 0.6, 0.9)
    ]
    yield _entry(out, 0, b'{"setup":{"model":"models/gemini-3.8-live"}}')
    yield _entry(into, 0.1, b'{"setupComplete":{}}')
    for number in range(round(length / MIC)):
        at = 0.2 + number * MIC
        speaks = (at % TURN) < 4
        yield _entry(out, at, mic[1 + number % 3 if speaks else 0])
    for turn in range(int(length / TURN)):
        begins = turn * TURN
        yield _entry(into, begins + 0.3, b'{"voiceActivity":{"type":"ACTIVITY_START"}}')
        yield _entry(into, begins + 4.0, b'{"voiceActivity":{"type":"ACTIVITY_END"}}')
        yield _entry(
            into,
            begins + 4.1,
            json.dumps({"serverContent": {"inputTranscription": {"text": f"Question {turn}"}}}).encode(),
        )
        if turn % 3 == 0:
            call = {"id": f"c{turn}", "name": "find_slots", "args": {"day": turn}}
            yield _entry(into, begins + 4.2, json.dumps({"toolCall": {"functionCalls": [call]}}).encode())
            response = {"id": f"c{turn}", "name": "find_slots", "response": {"free": turn}}
            yield _entry(out, begins + 4.5, json.dumps({"toolResponse": {"functionResponses": [response]}}).encode())
        for piece in range(100):
            yield _entry(into, begins + 5 + piece * PIECE / 2, voice[piece % 3])
            if piece % 2 == 0:
                text = json.dumps({"serverContent": {"outputTranscription": {"text": f"word{piece} "}}}).encode()
                yield _entry(into, begins + 5 + piece * PIECE / 2, text)
        if turn % 5 == 4:
            yield _entry(into, begins + 11, b'{"serverContent":{"interrupted":true}}')
        usage = {"promptTokenCount": 100 + turn, "responseTokenCount": 50, "totalTokenCount": 150 + turn}
        yield _entry(
            into, begins + 16, json.dumps({"serverContent": {"turnComplete": True}, "usageMetadata": usage}).encode()
        )
