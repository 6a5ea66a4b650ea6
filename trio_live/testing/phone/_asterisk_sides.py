"""Asterisk's two ways, from Asterisk's side; see `_far_sides`."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID, uuid5

from trio_live.phone import AudioFormat
from trio_live.phone._internal import Frame
from trio_live.testing.phone._far_sides import Clear, HangUp, Mark, Order, Play

KINDS: Final = {8_000: 0x10, 12_000: 0x11, 16_000: 0x12, 24_000: 0x13, 32_000: 0x14, 44_100: 0x15, 48_000: 0x16}
MOST_BYTES: Final = 65_500


class AudioSocketSide:
    """The dialplan application ``AudioSocket()``, or the channel driver.

    Args:
        format: of the channel.
    """

    echoes_marks = False
    holds = 0.06
    """A telephone's own buffer: Asterisk hands sound on at once."""

    def __init__(self, format: AudioFormat | None = None) -> None:  # noqa: A002
        self.format = format or AudioFormat("slin")
        self._unread = b""

    def start(self, call_id: str, parameters: Mapping[str, str]) -> Sequence[Frame]:
        """See `FarSide`. There is no way to give parameters along; what is no UUID is made into one."""
        del parameters
        try:
            identity = UUID(call_id)
        except ValueError:
            identity = uuid5(UUID(int=0), call_id)
        return (b"\x01\x00\x10" + identity.bytes,)

    def media(self, payload: bytes) -> Frame:
        """See `FarSide`."""
        return struct.pack("!BH", KINDS[self.format.rate], len(payload)) + payload

    def press(self, digit: str) -> Frame:
        """See `FarSide`."""
        return b"\x03\x00\x01" + digit.encode()

    def played(self, name: str) -> Sequence[Frame]:
        """See `FarSide`. There are no marks."""
        raise AssertionError(f"AudioSocket has no marks: {name}")

    def stop(self) -> Sequence[Frame]:
        """See `FarSide`."""
        return (b"\x00\x00\x00",)

    def orders(self, frame: Frame) -> Sequence[Order]:
        """See `FarSide`."""
        if not isinstance(frame, bytes):
            raise AssertionError("AudioSocket has no text")  # noqa: TRY004  # of whom is tested
        self._unread += frame
        found: list[Order] = []
        while len(self._unread) >= 3:  # noqa: PLR2004  # the header
            kind, length = struct.unpack_from("!BH", self._unread)
            if len(self._unread) < 3 + length:
                break
            payload, self._unread = self._unread[3 : 3 + length], self._unread[3 + length :]
            if kind == 0:
                found.append(HangUp())
            else:
                if kind != KINDS[self.format.rate]:
                    raise AssertionError(f"sound of another kind: 0x{kind:02x}")
                found.append(Play(payload))
        return found


class AsteriskWebSocketSide:
    """``chan_websocket``.

    Args:
        format: of the channel.
        is_json: events and commands as JSON, instead of words.
    """

    echoes_marks = False
    holds = 0.0

    def __init__(self, format: AudioFormat | None = None, *, is_json: bool = False) -> None:  # noqa: A002
        self.format = format or AudioFormat("ulaw")
        self._is_json = is_json
        self._channel_id = ""

    def start(self, call_id: str, parameters: Mapping[str, str]) -> Sequence[Frame]:
        """See `FarSide`."""
        self._channel_id = call_id
        details: dict[str, object] = {
            "connection_id": "media_connection1",
            "channel": "WebSocket/media_connection1/0x5140001a0040",
            "channel_id": call_id,
            "format": self.format.encoding,
            "optimal_frame_size": self.format.frame_bytes,
            "ptime": 20,
        }
        if self._is_json:
            return (json.dumps({"event": "MEDIA_START", **details, "channel_variables": dict(parameters)}),)
        return ("MEDIA_START " + " ".join(f"{name}:{each}" for name, each in details.items()),)

    def _event(self, name: str, **details: str) -> Frame:
        if self._is_json:
            return json.dumps({"event": name, "channel_id": self._channel_id, **details})
        return " ".join([name, *(f"{key}:{each}" for key, each in details.items())])

    def media(self, payload: bytes) -> Frame:
        """See `FarSide`."""
        return payload

    def press(self, digit: str) -> Frame:
        """See `FarSide`."""
        return self._event("DTMF_END", digit=digit)

    def played(self, name: str) -> Sequence[Frame]:
        """See `FarSide`."""
        if self._is_json:
            return (self._event("MEDIA_MARK_PROCESSED", correlation_id=name),)
        return (f"MEDIA_MARK_PROCESSED {name}",)

    def stop(self) -> Sequence[Frame]:
        """See `FarSide`. The end of the connection says it."""
        return ()

    def orders(self, frame: Frame) -> Sequence[Order]:
        """See `FarSide`."""
        if isinstance(frame, bytes):
            if len(frame) > MOST_BYTES:
                raise AssertionError("a message so long that Asterisk closes the connection")
            if len(frame) % self.format.frame_bytes:
                raise AssertionError("what fills no frame is dropped")
            return (Play(frame),)
        if self._is_json:
            told = json.loads(frame)
            command, name = told["command"], told.get("correlation_id", "")
        else:
            command, _, name = frame.partition(" ")
        match command:
            case "MARK_MEDIA":
                return (Mark(name),)
            case "FLUSH_MEDIA":
                return (Clear(),)
            case "HANGUP":
                return (HangUp(),)
        raise AssertionError(f"chan_websocket knows no such command: {frame!r}")
