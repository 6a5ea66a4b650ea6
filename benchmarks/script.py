"""What the peer says: frames made beforehand, shaped as Google AI sends them."""

from __future__ import annotations

import base64
import json
import random
import time
from typing import Any

FRAME_SECONDS = 0.040
AUDIO_BYTES = 1920
"""40 ms of PCM16 at 24 kHz."""
STAMP_BYTES = 8

BURST = 2000
"""Audio frames of a burst: fewer than a subscriber's queue holds, so that none is lost however late it is woken."""
TURNS = 20
"""Of one burst of mixed turns."""
CALLS = 200
"""Tool calls, one after the other, that follow from one message."""
TURN_AUDIO = 24
TURN_TEXTS = (3, 8)
"""Pieces of transcript in a turn: of what the user said, and of what the model says."""
MESSAGES = TURN_AUDIO + sum(TURN_TEXTS) + 3
"""Of a turn: a tool call, the end of generation and the end of the turn besides."""

BINARY, CLOSE = 0x82, 0x88
SHORT = 126

_STAMPED_BYTES = 9  # the stamp and one byte more: a whole number of base64's groups of three


def frame(payload: bytes, kind: int = BINARY) -> bytes:
    """A WebSocket frame of a server."""
    if len(payload) < SHORT:
        return bytes((kind, len(payload))) + payload
    return bytes((kind, SHORT)) + len(payload).to_bytes(2, "big") + payload


def message(content: dict[str, Any]) -> bytes:
    """A message of the server, indented as it sends them."""
    return frame(json.dumps(content, indent=2).encode() + b"\n")


def _audio_frame() -> tuple[bytes, bytes]:
    """A frame with 40 ms of sound: what stands before the stamp, and what after it."""
    sound = base64.b64encode(random.Random(0).randbytes(AUDIO_BYTES)).decode()  # noqa: S311  # noise, no secret
    blob = {"mimeType": "audio/pcm;rate=24000", "data": sound}
    whole = message({"serverContent": {"modelTurn": {"parts": [{"inlineData": blob}]}}})
    start = whole.index(sound.encode())
    return whole[:start], whole[start + _STAMPED_BYTES * 4 // 3 :]


SETUP_COMPLETE = message({"setupComplete": {}})
HEAD, TAIL = _audio_frame()


def stamped() -> bytes:
    """An audio frame that says when it was sent: now, by the clock that all processes of a machine share."""
    stamp = time.monotonic_ns().to_bytes(STAMP_BYTES, "little")
    return HEAD + base64.b64encode(stamp.ljust(_STAMPED_BYTES, b"\0")) + TAIL


def _split(whole: bytes) -> list[bytes]:
    """What stands around the number of a call."""
    return whole.split(_number(0))


def _number(number: int) -> bytes:
    """As long as those of the server."""
    return b"%019d" % number


def _tool_call() -> bytes:
    """A call with another question each time: who asks the same again and again is told so, and that costs, too."""
    call = {"name": "find_slots", "args": {"doctor": "Chen", "day": f"{0:019}"}, "id": f"function-call-{0:019}"}
    return message({"toolCall": {"functionCalls": [call]}})


def _turn() -> bytes:
    heard, said = TURN_TEXTS
    frames = [message({"serverContent": {"inputTranscription": {"text": " a few words"}}}) for _ in range(heard)]
    frames.append(_tool_call())
    for index in range(TURN_AUDIO):
        if index % (TURN_AUDIO // said) == 0:
            frames.append(message({"serverContent": {"outputTranscription": {"text": " some more"}}}))
        frames.append(stamped())
    frames.append(message({"serverContent": {"generationComplete": True}}))
    counts = {"promptTokenCount": 900, "responseTokenCount": 100, "totalTokenCount": 1000}
    frames.append(message({"serverContent": {"turnComplete": True}, "usageMetadata": counts}))
    assert len(frames) == MESSAGES
    return b"".join(frames)


_CALL, _TURN = _split(_tool_call()), _split(_turn())


def tool_call(number: int) -> bytes:
    """One call, with an id and a question of its own: a number that is used once in a session."""
    return _number(number).join(_CALL)


def turn(number: int) -> bytes:
    """A spoken turn: what was heard, a tool call, an answer with its words among the sound, the end."""
    return _number(number).join(_TURN)
