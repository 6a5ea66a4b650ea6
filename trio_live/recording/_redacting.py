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

from trio_live._typing import Seconds
from trio_live.recording._entries import WireDirection, WireEntry, close_of, close_payload
from trio_live.recording._recorders import WireRecorder
from trio_live.redaction import HIDDEN_NUMBER, Redaction

MEDIA: Final = frozenset({"data"})
"""Fields that hold sound, pictures and the like, in base64."""
NAMES: Final = frozenset({"newHandle", "handle", "sessionId"})
"""Fields that name the session."""
LEFT: Final = frozenset({"id", "ids", "name", "mimeType", "model", "timeLeft", "triggerTokens", "targetTokens"})
"""Fields whose words are the protocol's."""
LEFT_OF_ACTS: Final = frozenset({"act", "verb", "of", "phase", "agent", "played_ms"})
"""Fields of what the program asked for that are the recording's, or the agent's."""
KEY: Final = "digit"
"""The field of a key of a telephone."""
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
SAID: Final = frozenset({"text"})
"""Fields that hold a piece of what somebody says: a number may go on in the next one."""
DEFAULT: Final = Redaction(cards=False, digits=5)
"""What is hidden when nobody says otherwise: years and times stay."""

_AT_AN_EDGE: Final = re.compile(r"\A[ -]?\d(?:[ -]?\d)*|\d(?:[ -]?\d)*[ -]?\Z")


def redact_recording(entries: Iterable[WireEntry], redaction: Redaction = DEFAULT) -> list[WireEntry]:
    """The recording without voices, pictures, numbers and handles. Frames that cannot be read are emptied.

    Args:
        entries: as they were read.
        redaction: what is hidden.
    """
    frames = RedactedFrames(redaction)
    return [attrs.evolve(entry, payload=frames.payload(entry.direction, entry.payload)) for entry in entries]


class RedactedFrames:
    """Redacts the frames of one recording, one after the other.

    Args:
        redaction: what is hidden.
    """

    def __init__(self, redaction: Redaction) -> None:
        self._redaction = redaction
        self._known: dict[str, str] = {}

    def payload(self, direction: WireDirection, payload: bytes) -> bytes:
        """What is kept of a frame, or of the end of a connection."""
        if direction is WireDirection.CLOSE:
            code, reason = close_of(payload)
            return close_payload(code, self._redaction.text(reason))
        try:
            frame = json.loads(payload)
        except (ValueError, RecursionError):
            return b""
        if direction is WireDirection.APP and isinstance(frame, dict):
            hidden = {
                name: each if name in LEFT_OF_ACTS else self._redacted(each, name) for name, each in frame.items()
            }
        else:
            hidden = self._redacted(frame, "")
        return json.dumps(hidden, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")

    def _redacted(self, found: Any, field: str) -> Any:
        match found:
            case dict():
                return {name: each if name in LEFT else self._redacted(each, name) for name, each in found.items()}
            case list():
                return [self._redacted(each, field) for each in found]
            case str() if field in NAMES:
                return self._known.setdefault(found, f"redacted-{len(self._known) + 1}")
            case str() if field == KEY:
                return "0" if self._redaction.hides_numbers and found.isdigit() else found
            case str() if field in MEDIA:
                return found if self._redaction.keep_media else _silenced(found)
            case str():
                return self._said(found) if field in SAID else self._redaction.text(found)
            case bool():
                return found
            case int() if field not in COUNTS and self._redaction.text(str(found)) != str(found):
                return 0
            case _:
                return found

    def _said(self, text: str) -> str:
        """A piece of speech; numbers at its edges are hidden, however short: they may go on in the next piece."""
        hidden = self._redaction.text(text)
        return _AT_AN_EDGE.sub(HIDDEN_NUMBER, hidden) if self._redaction.hides_numbers else hidden


class RedactingRecorder:
    """Redacts each frame before another recorder keeps it.

    Args:
        recorder: keeps what is left.
        redaction: what is hidden.
    """

    def __init__(self, recorder: WireRecorder, redaction: Redaction) -> None:
        self._recorder = recorder
        self._frames = RedactedFrames(redaction)
        self.flush = recorder.flush

    def record(self, direction: WireDirection, payload: bytes, now: Seconds) -> None:
        """See `WireRecorder.record`."""
        self._recorder.record(direction, self._frames.payload(direction, payload), now)


def _silenced(data: str) -> str:
    try:
        return base64.b64encode(bytes(len(base64.b64decode(data, validate=True)))).decode()
    except (NotBase64, ValueError):
        return ""
