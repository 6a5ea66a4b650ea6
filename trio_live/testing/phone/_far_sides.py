"""The other side of each dialect: what a provider of telephone lines sends, and what it makes of what it is sent. Pure.

Written from the providers' pages and not from the table that `trio_live.phone` reads, so that each of them judges the other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from trio_live._values import value
from trio_live.phone import AudioFormat
from trio_live.phone._internal import Frame


@value
class Play:
    """Sound for the caller."""

    payload: bytes


@value
class Mark:
    """To be answered when everything before it was played."""

    name: str


@value
class Clear:
    """Throw away what waits."""


@value
class HangUp:
    """End the call."""


Order: TypeAlias = Play | Mark | Clear | HangUp


class FarSide(Protocol):
    """A provider, in one call."""

    format: AudioFormat
    """How the caller's sound is coded."""
    echoes_marks: bool
    """Whether marks come back when they are cleared."""
    holds: float
    """Seconds of sound that are held back before it is played."""

    def start(self, call_id: str, parameters: Mapping[str, str]) -> Sequence[Frame]:
        """The call begins."""

    def media(self, payload: bytes) -> Frame:
        """Sound of the caller."""

    def press(self, digit: str) -> Frame:
        """A key."""

    def played(self, name: str) -> Sequence[Frame]:
        """A mark comes back."""

    def stop(self) -> Sequence[Frame]:
        """The caller hangs up."""

    def orders(self, frame: Frame) -> Sequence[Order]:
        """What the other end wants."""


class _Json:
    """What Twilio, Telnyx and Plivo have in common."""

    echoes_marks = True
    holds = 0.0

    def __init__(self) -> None:
        self.sequence = 0
        self.chunk = 0

    def _order(self, message: object, name: str) -> Sequence[Order]:
        """What a message wants, of a provider that Twilio's messages are known to."""
        match message:
            case {"event": "media", "media": {"payload": payload}}:
                return (Play(base64.b64decode(payload, validate=True)),)
            case {"event": "mark", "mark": {"name": str(mark)}}:
                return (Mark(mark),)
            case {"event": "clear"}:
                return (Clear(),)
        raise AssertionError(f"{name} knows no such message: {message!r}")

    def next(self) -> int:
        self.sequence += 1
        return self.sequence

    def timed(self) -> tuple[int, int]:
        """The number of a piece of sound, and when it was said, in milliseconds."""
        self.chunk += 1
        return self.chunk, (self.chunk - 1) * 20


class TwilioSide(_Json):
    """Twilio Media Streams."""

    STREAM: Final = "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
    format = AudioFormat("audio/x-mulaw")

    def start(self, call_id: str, parameters: Mapping[str, str]) -> Sequence[Frame]:
        """See `FarSide`."""
        self._call_id = call_id
        return (
            json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}),
            self._said(
                event="start",
                start={
                    "accountSid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                    "streamSid": self.STREAM,
                    "callSid": call_id,
                    "tracks": ["inbound"],
                    "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                    "customParameters": dict(parameters),
                },
            ),
        )

    def _said(self, **fields: Any) -> str:
        return json.dumps({"sequenceNumber": str(self.next()), "streamSid": self.STREAM, **fields})

    def media(self, payload: bytes) -> Frame:
        """See `FarSide`."""
        chunk, at = self.timed()
        media = {"track": "inbound", "chunk": str(chunk), "timestamp": str(at), "payload": _base64(payload)}
        return self._said(event="media", media=media)

    def press(self, digit: str) -> Frame:
        """See `FarSide`."""
        return self._said(event="dtmf", dtmf={"track": "inbound_track", "digit": digit})

    def played(self, name: str) -> Sequence[Frame]:
        """See `FarSide`."""
        return (self._said(event="mark", mark={"name": name}),)

    def stop(self) -> Sequence[Frame]:
        """See `FarSide`."""
        stop = {"accountSid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX", "callSid": self._call_id}
        return (self._said(event="stop", stop=stop),)

    def orders(self, frame: Frame) -> Sequence[Order]:
        """See `FarSide`. Messages of another stream are an error there, too."""
        message = json.loads(frame)
        if message["streamSid"] != self.STREAM:
            raise AssertionError(f"a message for another stream: {frame!r}")
        return self._order(message, "Twilio")


class TelnyxSide(_Json):
    """Telnyx Media Streaming, ``stream_bidirectional_mode: rtp``.

    Args:
        format: of the caller's leg.
    """

    STREAM: Final = "32DE0DEA-53CB-4B21-89A4-9E1819C043BC"

    def __init__(self, format: AudioFormat | None = None) -> None:  # noqa: A002
        super().__init__()
        self.format = format or AudioFormat("PCMU")

    def start(self, call_id: str, parameters: Mapping[str, str]) -> Sequence[Frame]:
        """See `FarSide`."""
        self._call_id = call_id
        return (
            json.dumps({"event": "connected", "version": "1.0.0"}),
            self._said(
                event="start",
                start={
                    "user_id": "3E6F995F-85F7-4705-9741-53B116D28237",
                    "call_control_id": call_id,
                    "call_session_id": "ff55a038-6f5d-11ef-9692-02420aeffb1f",
                    "from": "+13122010094",
                    "to": "+13122123456",
                    "client_state": "aGF2ZSBhIG5pY2UgZGF5ID1d",
                    "custom_parameters": dict(parameters),
                    "media_format": {
                        "encoding": self.format.encoding,
                        "sample_rate": self.format.rate,
                        "channels": 1,
                    },
                },
            ),
        )

    def _said(self, **fields: Any) -> str:
        return json.dumps({"sequence_number": str(self.next()), "stream_id": self.STREAM, **fields})

    def media(self, payload: bytes) -> Frame:
        """See `FarSide`."""
        chunk, at = self.timed()
        media = {"track": "inbound", "chunk": str(chunk), "timestamp": str(at), "payload": _base64(payload)}
        return self._said(event="media", media=media)

    def press(self, digit: str) -> Frame:
        """See `FarSide`."""
        return self._said(event="dtmf", occurred_at="2026-01-01T10:00:00.000000Z", dtmf={"digit": digit})

    def played(self, name: str) -> Sequence[Frame]:
        """See `FarSide`."""
        return (self._said(event="mark", mark={"name": name}),)

    def stop(self) -> Sequence[Frame]:
        """See `FarSide`."""
        return (self._said(event="stop", stop={"user_id": "…", "call_control_id": self._call_id}),)

    def orders(self, frame: Frame) -> Sequence[Order]:
        """See `FarSide`."""
        return self._order(json.loads(frame), "Telnyx")


class PlivoSide(_Json):
    """Plivo's audio streams, bidirectional.

    Args:
        format: the stream's ``contentType``.
    """

    STREAM: Final = "20170ada-f610-433b-8758-c02a2aab3662"
    echoes_marks = False

    def __init__(self, format: AudioFormat | None = None) -> None:  # noqa: A002
        super().__init__()
        self.format = format or AudioFormat("audio/x-mulaw")

    def start(self, call_id: str, parameters: Mapping[str, str]) -> Sequence[Frame]:
        """See `FarSide`."""
        coding = {"encoding": self.format.encoding, "sampleRate": self.format.rate}
        start = {
            "callId": call_id,
            "streamId": self.STREAM,
            "accountId": "MAXXXXXXXXXXXXXXXXXX",
            "tracks": ["inbound"],
            "mediaFormat": coding,
        }
        headers = ";".join(f"{name}={each}" for name, each in parameters.items())
        return (
            json.dumps({"event": "start", "sequenceNumber": self.next(), "start": start, "extra_headers": headers}),
        )

    def _said(self, **fields: Any) -> str:
        return json.dumps({"sequenceNumber": self.next(), "streamId": self.STREAM, **fields})

    def media(self, payload: bytes) -> Frame:
        """See `FarSide`."""
        chunk, at = self.timed()
        media = {"track": "inbound", "timestamp": at, "chunk": chunk, "payload": _base64(payload)}
        return self._said(event="media", media=media)

    def press(self, digit: str) -> Frame:
        """See `FarSide`."""
        return self._said(event="dtmf", dtmf={"track": "inbound", "digit": digit, "timestamp": "0"})

    def played(self, name: str) -> Sequence[Frame]:
        """See `FarSide`."""
        return (json.dumps({"event": "playedStream", "streamId": self.STREAM, "name": name}),)

    def stop(self) -> Sequence[Frame]:
        """See `FarSide`. The end of the connection says it."""
        return ()

    def orders(self, frame: Frame) -> Sequence[Order]:
        """See `FarSide`."""
        match json.loads(frame):
            case {"event": "playAudio", "media": {"contentType": coding, "sampleRate": rate, "payload": payload}}:
                if (coding, rate) != (self.format.encoding, self.format.rate):
                    raise AssertionError(f"sound as {coding} at {rate}, in a stream of another kind")
                return (Play(base64.b64decode(payload, validate=True)),)
            case {"event": "checkpoint", "streamId": self.STREAM, "name": str(name)}:
                return (Mark(name),)
            case {"event": "clearAudio", "streamId": self.STREAM}:
                return (Clear(),)
        raise AssertionError(f"Plivo knows no such message: {frame!r}")


def _base64(payload: bytes) -> str:
    return base64.b64encode(payload).decode()
