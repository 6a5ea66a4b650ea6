"""The dialects that speak JSON over a WebSocket, as rows of a table: Twilio, Telnyx, Plivo.

They are cousins: the same events under other names. A row says where each thing stands and what is said in return; one
interpreter below does the rest. What their pages say, and what follows from it here:

Twilio Media Streams (twilio.com/docs/voice/media-streams/websocket-messages, .../voice/twiml/stream)
    ``sequenceNumber``, ``chunk`` and ``timestamp`` are strings, ``sampleRate`` is a number. The ``url`` of a ``<Stream>``
    takes no query string; parameters come in ``start.customParameters``. A ``clear`` empties the buffer *and sends back the
    marks that were in it*, as if they had been played: so a mark's name says to which epoch it belongs. Sound is µ-law at
    8 kHz. There is no message that hangs up: the end of the connection ends the ``<Connect>``, and the call with it
    unless more TwiML follows.
Telnyx (developers.telnyx.com/api-reference/websockets/stream-call-media-over-websocket)
    "Media frame order is not guaranteed. Use media.chunk …": sound has its order here. What is sent back needs
    ``stream_bidirectional_mode: rtp`` and is coded as ``stream_bidirectional_codec`` says (PCMU unless told otherwise), which
    need not be what ``start.media_format`` says of the other direction. A chunk lasts 20 ms to 30 s. "A clear frame also
    returns queued marks." ``custom_parameters`` was seen as an object.
Plivo (plivo.com/docs/voice/audio-streaming/audio-streaming)
    Numbers are numbers. ``playAudio`` names its own coding. ``checkpoint`` is answered by ``playedStream`` "only if the
    preceding events were played successfully", so a ``clearAudio`` answers none. ``extra_headers`` is one string.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from trio_live._values import value
from trio_live.errors import ConfigError
from trio_live.phone._dialects._events import (
    Frame,
    NotADialect,
    PhoneEvent,
    Played,
    Sound,
    Started,
    Stopped,
    Told,
    is_count,
    pressed,
    shortened,
)
from trio_live.phone._dialects._formats import AudioFormat

Path: TypeAlias = tuple[str, ...]

STREAM, PAYLOAD, NAME, ENCODING, RATE = "$stream", "$payload", "$name", "$encoding", "$rate"
"""What stands in a template for something else."""


@value(kw_only=True)
class JsonDialect:
    """One row: where the things of a message stand, and what is answered."""

    call_id: Path
    stream_id: Path
    encoding: Path
    rate: Path
    parameters: Path
    caller: Path | None = None
    called: Path | None = None
    order: Path | None = None
    """Of sound that may come out of order."""
    played: str
    """The event that answers a mark."""
    played_name: Path
    complaint: Path | None = None
    say: Mapping[str, Any]
    """Sound for the caller."""
    mark: Mapping[str, Any]
    clear: Mapping[str, Any]


TWILIO_MESSAGES: Final = JsonDialect(
    call_id=("start", "callSid"),
    stream_id=("start", "streamSid"),
    encoding=("start", "mediaFormat", "encoding"),
    rate=("start", "mediaFormat", "sampleRate"),
    parameters=("start", "customParameters"),
    played="mark",
    played_name=("mark", "name"),
    say={"event": "media", "streamSid": STREAM, "media": {"payload": PAYLOAD}},
    mark={"event": "mark", "streamSid": STREAM, "mark": {"name": NAME}},
    clear={"event": "clear", "streamSid": STREAM},
)

TELNYX_MESSAGES: Final = JsonDialect(
    call_id=("start", "call_control_id"),
    stream_id=("stream_id",),
    encoding=("start", "media_format", "encoding"),
    rate=("start", "media_format", "sample_rate"),
    parameters=("start", "custom_parameters"),
    caller=("start", "from"),
    called=("start", "to"),
    order=("media", "chunk"),
    played="mark",
    played_name=("mark", "name"),
    complaint=("payload",),
    say={"event": "media", "media": {"payload": PAYLOAD}},
    mark={"event": "mark", "mark": {"name": NAME}},
    clear={"event": "clear"},
)

PLIVO_MESSAGES: Final = JsonDialect(
    call_id=("start", "callId"),
    stream_id=("start", "streamId"),
    encoding=("start", "mediaFormat", "encoding"),
    rate=("start", "mediaFormat", "sampleRate"),
    parameters=("extra_headers",),
    played="playedStream",
    played_name=("name",),
    say={
        "event": "playAudio",
        "media": {"contentType": ENCODING, "sampleRate": RATE, "payload": PAYLOAD},
    },
    mark={"event": "checkpoint", "streamId": STREAM, "name": NAME},
    clear={"event": "clearAudio", "streamId": STREAM},
)


class JsonProtocol:
    """One call of a dialect that speaks JSON.

    Args:
        row: the dialect.
        sends: how sound for the caller is coded; ``None``: as that of the caller.
    """

    def __init__(self, row: JsonDialect, sends: AudioFormat | None = None) -> None:
        self._row = row
        self._sends = sends
        self._before = self._after = ""
        """What stands around the sound in a message, once the call has begun."""
        self._fill: dict[str, Any] = {}

    def receive(self, frame: Frame) -> Sequence[PhoneEvent]:
        """See `PhoneProtocol.receive`."""
        try:
            message = json.loads(frame)
        except (ValueError, RecursionError) as problem:
            raise NotADialect(f"a frame that is no JSON: {problem}") from None
        if not isinstance(message, dict) or not isinstance(message.get("event"), str):
            raise NotADialect('a message without a string "event"')
        event = message["event"]
        if event == "media":
            return self._media(message)
        if event == self._row.played:
            return (Played(self._text(message, self._row.played_name)),)
        if event == "dtmf":
            return self._pressed(message)
        if event == "start":
            return (self._started(message),)
        if event == "stop":
            return (Stopped("the phone stopped the stream"),)
        if event == "error":
            return (Told(f"the phone complains: {shortened(_at(message, self._row.complaint or ()))}"),)
        return (Told(f"{shortened(event)}: not needed here"),)

    def _media(self, message: dict[str, Any]) -> Sequence[PhoneEvent]:
        media = message.get("media")
        if not isinstance(media, dict):
            raise NotADialect('a "media" message without its object')
        if media.get("track", "inbound") not in ("inbound", "inbound_track"):
            return ()  # what we say, in a stream of both tracks
        payload = media.get("payload")
        if not isinstance(payload, str):
            raise NotADialect('a "media" message without a payload')
        try:
            sound = binascii.a2b_base64(payload)
        except (binascii.Error, ValueError) as problem:
            raise NotADialect(f"a payload that is no base64: {problem}") from None
        return (Sound(sound, self._number(message)),)

    def _number(self, message: dict[str, Any]) -> int | None:
        if self._row.order is None:
            return None
        number = _at(message, self._row.order)
        try:
            return int(number)
        except (TypeError, ValueError, OverflowError):  # JSON of Python knows Infinity
            raise NotADialect(f"sound whose number is {shortened(number)}") from None

    def _pressed(self, message: dict[str, Any]) -> Sequence[PhoneEvent]:
        return (pressed(self._text(message, ("dtmf", "digit"))),)

    def _started(self, message: dict[str, Any]) -> Started:
        row = self._row
        stream_id = self._text(message, row.stream_id)
        rate = _at(message, row.rate)
        if not isinstance(rate, int | str) or not is_count(str(rate)):
            raise NotADialect(f"a sample rate of {shortened(rate)}")
        try:
            heard = AudioFormat(self._text(message, row.encoding), int(rate))
        except ConfigError as problem:
            raise NotADialect(str(problem)) from None
        sends = self._sends or heard
        self._fill = {STREAM: stream_id, ENCODING: sends.encoding, RATE: sends.rate}
        self._before, self._after = json.dumps(_filled(row.say, self._fill)).split(PAYLOAD)
        return Started(
            call_id=self._text(message, row.call_id),
            stream_id=stream_id,
            format=heard,
            parameters=_parameters(_at(message, row.parameters)),
            caller=_optional(_at(message, row.caller)),
            called=_optional(_at(message, row.called)),
        )

    def _text(self, message: dict[str, Any], path: Path) -> str:
        found = _at(message, path)
        if not isinstance(found, str):
            raise NotADialect(f"a {shortened(message.get('event'))} message without {'.'.join(path)}")
        return found

    def sound(self, payload: bytes) -> Frame:
        """See `PhoneProtocol.sound`."""
        coded = binascii.b2a_base64(payload, newline=False).decode("ascii")
        return f"{self._before}{coded}{self._after}"

    def mark(self, name: str) -> Frame | None:
        """See `PhoneProtocol.mark`."""
        return json.dumps(_filled(self._row.mark, {**self._fill, NAME: name}))

    def clear(self) -> Sequence[Frame]:
        """See `PhoneProtocol.clear`."""
        return (json.dumps(_filled(self._row.clear, self._fill)),)

    def hang_up(self) -> Sequence[Frame]:
        """See `PhoneProtocol.hang_up`. None of them has a message for it: the end of the connection says so."""
        return ()


def _at(message: Any, path: Path | None) -> Any:
    """What stands at a path; ``None`` where there is nothing."""
    for name in path or ():
        message = message.get(name) if isinstance(message, dict) else None
    return None if path is None else message


def _filled(template: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(template, Mapping):
        return {name: _filled(each, values) for name, each in template.items()}
    return values.get(template, template)


def _optional(found: Any) -> str | None:
    return found if isinstance(found, str) else None


def _parameters(found: Any) -> dict[str, str]:
    """As an object, or as one string: ``user=12;plan=gold``, with commas as well, or JSON."""
    if isinstance(found, str) and found.lstrip().startswith("{"):
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            return {}
    if isinstance(found, dict):
        return {name: each if isinstance(each, str) else json.dumps(each) for name, each in found.items()}
    if isinstance(found, str):
        pairs = (pair.partition("=") for pair in found.replace(",", ";").split(";"))
        return {name.strip(): each.strip() for name, is_one, each in pairs if is_one}
    return {}
