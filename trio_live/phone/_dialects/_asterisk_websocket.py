"""Asterisk's ``chan_websocket``: sound in binary frames, events and commands in text frames.

docs.asterisk.org/Configuration/Channel-Drivers/WebSocket: Asterisk keeps the pace, "No need to time your own packet
transmits", and queues up to 1,000 frames: ``MEDIA_XOFF`` comes at about 900, ``MEDIA_XON`` below 800. What does not fill
whole frames of ``optimal_frame_size`` is dropped, so only whole ones are sent, and a message has 65,500 bytes at most.
``FLUSH_MEDIA`` empties the queue, and the marks that are in it are not answered (``handle_command`` in
channels/chan_websocket.c). Commands and events are words, or JSON where ``chan_websocket.conf`` or the dial string says so;
answers are given as the call began. ``MARK_MEDIA`` is younger than the rest: it came with the ``ptime`` in ``MEDIA_START``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from trio_live.errors import ConfigError
from trio_live.phone._dialects._events import (
    Frame,
    NotADialect,
    Paused,
    PhoneEvent,
    Played,
    Resumed,
    Sound,
    Started,
    Told,
    is_count,
    pressed,
)
from trio_live.phone._dialects._formats import AudioFormat

RATES: Final = {
    "slin12": 12_000,
    "slin16": 16_000,
    "slin24": 24_000,
    "slin32": 32_000,
    "slin44": 44_100,
    "slin48": 48_000,
}
"""Of the formats that have another one than 8 kHz."""
_SIMPLE: Final[dict[str, PhoneEvent]] = {"MEDIA_XOFF": Paused(), "MEDIA_XON": Resumed()}


class AsteriskWebSocketProtocol:
    """One call over ``chan_websocket``."""

    def __init__(self, sends: AudioFormat | None = None) -> None:
        del sends  # one format, in both directions, as the call says
        self._is_json = False
        self._has_marks = False

    def receive(self, frame: Frame) -> Sequence[PhoneEvent]:
        """See `PhoneProtocol.receive`."""
        if isinstance(frame, bytes):
            return (Sound(frame),)
        name, details = self._taken_apart(frame)
        if name in _SIMPLE:
            return (_SIMPLE[name],)
        if name == "MEDIA_MARK_PROCESSED":
            return (Played(str(details.get("correlation_id", ""))),)
        if name == "DTMF_END":
            return (pressed(str(details.get("digit", ""))),)
        if name == "MEDIA_START":
            return (self._started(details, is_json=frame.lstrip().startswith("{")),)
        if name == "ERROR":
            return (Told(f"Asterisk complains: {str(details.get('error_text', frame))[:80]}"),)
        return (Told(f"{name[:80]}: not needed here"),)

    @staticmethod
    def _taken_apart(frame: str) -> tuple[str, dict[str, Any]]:
        if frame.lstrip().startswith("{"):
            try:
                found = json.loads(frame)
            except (ValueError, RecursionError) as problem:
                raise NotADialect(f"a text frame that is no JSON: {problem}") from None
            if not isinstance(found.get("event"), str):
                raise NotADialect('an event without a string "event"')
            return found["event"], found
        name, *words = frame.split()[:64] or [""]
        if not name.isidentifier() or not name.isupper():
            raise NotADialect("a text frame that is no event")
        pairs = [word.partition(":") for word in words]
        details = {key: text for key, is_pair, text in pairs if is_pair}
        if name == "ERROR":
            details["error_text"] = frame.partition("error_text:")[2] or frame
        if name == "MEDIA_MARK_PROCESSED":
            details["correlation_id"] = " ".join(words)
        return name, details

    def _started(self, details: Mapping[str, Any], *, is_json: bool) -> Started:
        self._is_json, self._has_marks = is_json, "ptime" in details
        coding = str(details.get("format", ""))
        try:
            heard = AudioFormat(coding, RATES.get(coding, 8_000))
        except ConfigError as problem:
            raise NotADialect(f"{problem}: dial with c(ulaw), c(slin16), …") from None
        size = str(details.get("optimal_frame_size", ""))
        variables = details.get("channel_variables")
        return Started(
            call_id=str(details.get("channel_id") or details.get("channel") or ""),
            stream_id=str(details.get("connection_id", "")),
            format=heard,
            parameters={name: str(each) for name, each in variables.items()} if isinstance(variables, dict) else {},
            frame_bytes=int(size) if is_count(size) and int(size) else None,
        )

    def sound(self, payload: bytes) -> Frame:
        """See `PhoneProtocol.sound`."""
        return payload

    def mark(self, name: str) -> Frame | None:
        """See `PhoneProtocol.mark`."""
        return self._command("MARK_MEDIA", name) if self._has_marks else None

    def clear(self) -> Sequence[Frame]:
        """See `PhoneProtocol.clear`."""
        return (self._command("FLUSH_MEDIA"),)

    def hang_up(self) -> Sequence[Frame]:
        """See `PhoneProtocol.hang_up`."""
        return (self._command("HANGUP"),)

    def _command(self, command: str, name: str | None = None) -> str:
        if self._is_json:
            return json.dumps({"command": command} if name is None else {"command": command, "correlation_id": name})
        return command if name is None else f"{command} {name}"
