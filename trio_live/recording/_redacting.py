"""Taking out of a recording what says who spoke, and what about, and leaving all else as it was.

Sound and pictures become as many zeros; numbers in anything said or written are masked; handles and ids of the session
are replaced by names that still tell the same one from another. Frames keep their order, their times and their kinds,
so a redacted recording replays.
"""

from __future__ import annotations

import base64
import json
import re
from binascii import Error as NotBase64
from collections.abc import Iterable
from typing import Any, Final

import attrs

from trio_live.recording._entries import WireDirection, WireEntry, close_payload

MEDIA: Final = frozenset({"data"})
"""Fields that hold sound, pictures and the like, in base64."""
NAMES: Final = frozenset({"newHandle", "handle", "sessionId"})
"""Fields that name the session."""
LEFT: Final = frozenset({"id", "ids", "name", "mimeType", "model", "timeLeft", "triggerTokens", "targetTokens"})
"""Fields whose words are the protocol's."""
COUNTS: Final = frozenset(
    {
        "promptTokenCount",
        "responseTokenCount",
        "candidatesTokenCount",
        "totalTokenCount",
        "cachedContentTokenCount",
        "thoughtsTokenCount",
        "toolUsePromptTokenCount",
        "tokenCount",
        "lastConsumedClientMessageIndex",
    }
)
"""Numbers that count tokens and messages."""
LONGEST_NUMBER: Final = 4
"""Digits of a number that stays: years and times do."""

_NUMBER = re.compile(rf"\d(?:[ -]?\d){{{LONGEST_NUMBER},}}")


def redact_recording(entries: Iterable[WireEntry]) -> list[WireEntry]:
    """The recording without voices, pictures, long numbers and handles. Frames that cannot be read are emptied.

    Args:
        entries: as they were read.
    """
    known: dict[str, str] = {}
    return [attrs.evolve(entry, payload=_redacted_payload(entry, known)) for entry in entries]


def _redacted_payload(entry: WireEntry, known: dict[str, str]) -> bytes:
    if entry.direction is WireDirection.CLOSE:
        code, reason = entry.close or (0, "")
        return close_payload(code, masked(reason))
    try:
        frame = json.loads(entry.payload)
    except (ValueError, RecursionError):
        return b""
    return json.dumps(_redacted(frame, "", known), ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def _redacted(found: Any, field: str, known: dict[str, str]) -> Any:
    match found:
        case dict():
            return {name: each if name in LEFT else _redacted(each, name, known) for name, each in found.items()}
        case list():
            return [_redacted(each, field, known) for each in found]
        case str() if field in NAMES:
            return known.setdefault(found, f"redacted-{len(known) + 1}")
        case str() if field in MEDIA:
            return _silenced(found)
        case str():
            return masked(found)
        case int() if len(str(found)) > LONGEST_NUMBER and field not in COUNTS:
            return 0
        case _:
            return found


def masked(text: str) -> str:
    """The text with its long numbers masked."""
    return _NUMBER.sub("[redacted number]", text)


def _silenced(data: str) -> str:
    try:
        return base64.b64encode(bytes(len(base64.b64decode(data, validate=True)))).decode()
    except (NotBase64, ValueError):
        return ""
