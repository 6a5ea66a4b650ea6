"""Frames for tests, as lines of a recording."""

from __future__ import annotations

import base64
import json
from typing import Any

from trio_live.recording import WireDirection, WireEntry

EPOCH = 1_700_000_000.0
LOUD_USER = b"\x00\x40" * 320  # 20 ms at 16 kHz
LOUD_MODEL = b"\x00\x40" * 480  # 20 ms at 24 kHz


def entry(direction: str, at: float, frame: Any) -> WireEntry:
    payload = frame if isinstance(frame, bytes) else json.dumps(frame).encode()
    return WireEntry(1, WireDirection(direction), round(1000 * (EPOCH + at)), payload)


def ours(at: float, frame: Any) -> WireEntry:
    return entry("out", at, frame)


def theirs(at: float, frame: Any) -> WireEntry:
    return entry("in", at, frame)


def closed(at: float, words: str = "1011 went away") -> WireEntry:
    return entry("close", at, words.encode())


def setup(at: float = 0.0, model: str = "models/gemini-3.8-live") -> WireEntry:
    return ours(at, {"setup": {"model": model}})


def mic(at: float, pcm: bytes = LOUD_USER) -> WireEntry:
    return ours(at, {"realtimeInput": {"audio": {"mimeType": "audio/pcm;rate=16000", "data": _b64(pcm)}}})


def sound(at: float, seconds: float) -> WireEntry:
    pcm = LOUD_MODEL * round(seconds / 0.02)
    part = {"inlineData": {"mimeType": "audio/pcm;rate=24000", "data": _b64(pcm)}}
    return content(at, modelTurn={"parts": [part]})


def content(at: float, **fields: Any) -> WireEntry:
    return theirs(at, {"serverContent": fields})


def said(at: float, text: str) -> WireEntry:
    return content(at, outputTranscription={"text": text})


def heard(at: float, text: str) -> WireEntry:
    return content(at, inputTranscription={"text": text})


def done(at: float, **more: Any) -> WireEntry:
    return theirs(at, {"serverContent": {"turnComplete": True}, **more})


def activity(at: float, kind: str) -> WireEntry:
    return theirs(at, {"voiceActivity": {"type": kind}})


def calls(at: float, id_: str = "c1", name: str = "find", **args: Any) -> WireEntry:
    return theirs(at, {"toolCall": {"functionCalls": [{"id": id_, "name": name, "args": args}]}})


def answers(at: float, id_: str = "c1", name: str = "find", **more: Any) -> WireEntry:
    response = {"id": id_, "name": name, "response": {"output": 1}, **more}
    return ours(at, {"toolResponse": {"functionResponses": [response]}})


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
