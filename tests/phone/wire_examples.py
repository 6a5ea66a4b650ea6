"""Messages as the providers' pages show them, and what they mean; the sound in them is shortened.

Twilio: twilio.com/docs/voice/media-streams/websocket-messages · Telnyx: developers.telnyx.com/api-reference/websockets/
stream-call-media-over-websocket · Plivo: plivo.com/docs/voice/audio-streaming/audio-streaming and docs.plivo.com/docs/voice/
xml/audiostream · Asterisk: docs.asterisk.org/Configuration/Channel-Drivers/{AudioSocket,WebSocket}.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from trio_live.phone import ASTERISK_WEBSOCKET, AUDIOSOCKET, PLIVO, TELNYX, TWILIO, AudioFormat, Dialect
from trio_live.phone._dialects import Paused, Played, Pressed, Resumed, Sound, Started, Stopped, Told

PAYLOAD = "no+JhoaJjpzSHxAKBgYJ"
SOUND = bytes.fromhex("9e8f8986 86898e9c d21f100a 060609")
STREAM = "MZXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"
TELNYX_STREAM = "32DE0DEA-53CB-4B21-89A4-9E1819C043BC"
PLIVO_STREAM = "87654321-4321-4321-4321-cba987654321"


@attrs.frozen
class Example:
    """One documented message."""

    name: str
    dialect: Dialect
    frame: dict[str, Any] | str | bytes
    means: Sequence[object]


STARTS = {
    "twilio": Example(
        "start",
        TWILIO,
        {
            "event": "start",
            "sequenceNumber": "1",
            "start": {
                "accountSid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                "streamSid": STREAM,
                "callSid": "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
                "customParameters": {"FirstName": "Jane", "LastName": "Doe", "RemoteParty": "Bob"},
            },
            "streamSid": STREAM,
        },
        [
            Started(
                call_id="CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                stream_id=STREAM,
                format=AudioFormat("audio/x-mulaw"),
                parameters={"FirstName": "Jane", "LastName": "Doe", "RemoteParty": "Bob"},
            )
        ],
    ),
    "telnyx": Example(
        "start",
        TELNYX,
        {
            "event": "start",
            "sequence_number": "1",
            "stream_id": TELNYX_STREAM,
            "start": {
                "user_id": "3E6F995F-85F7-4705-9741-53B116D28237",
                "call_control_id": "v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ",
                "call_session_id": "ff55a038-6f5d-11ef-9692-02420aeffb1f",
                "from": "+13122010094",
                "to": "+13122123456",
                "tags": ["TAG1", "TAG2"],
                "client_state": "aGF2ZSBhIG5pY2UgZGF5ID1d",
                "custom_parameters": {"customer_id": "customer_123"},
                "media_format": {"encoding": "PCMU", "sample_rate": 8000, "channels": 1},
            },
        },
        [
            Started(
                call_id="v2:T02llQxIyaRkhfRKxgAP8nY511EhFLizdvdUKJiSw8d6A9BborherQ",
                stream_id=TELNYX_STREAM,
                format=AudioFormat("PCMU"),
                parameters={"customer_id": "customer_123"},
                caller="+13122010094",
                called="+13122123456",
            )
        ],
    ),
    "plivo": Example(
        "start",
        PLIVO,
        {
            "event": "start",
            "sequenceNumber": 1,
            "start": {
                "callId": "12345678-1234-1234-1234-123456789abc",
                "streamId": PLIVO_STREAM,
                "accountId": "MAXXXXXXXXXXXXXXXXXX",
                "tracks": ["inbound"],
                "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000},
            },
            "extra_headers": "userId=12345;sessionId=abc-xyz",
        },
        [
            Started(
                call_id="12345678-1234-1234-1234-123456789abc",
                stream_id=PLIVO_STREAM,
                format=AudioFormat("audio/x-mulaw"),
                parameters={"userId": "12345", "sessionId": "abc-xyz"},
            )
        ],
    ),
    "audiosocket": Example(
        "UUID",
        AUDIOSOCKET,
        bytes.fromhex("01 0010 e226e283c90a4ea99e37389000b9ef47"),
        [
            Started(
                call_id="e226e283-c90a-4ea9-9e37-389000b9ef47",
                stream_id="e226e283-c90a-4ea9-9e37-389000b9ef47",
                format=AudioFormat("slin"),
            )
        ],
    ),
    "chan_websocket": Example(
        "MEDIA_START",
        ASTERISK_WEBSOCKET,
        "MEDIA_START connection_id:e226e283-c90a-4ea9-9e37-389000b9ef47 channel:WebSocket/connectionid format:ulaw "
        "optimal_frame_size:160",
        [
            Started(
                call_id="WebSocket/connectionid",
                stream_id="e226e283-c90a-4ea9-9e37-389000b9ef47",
                format=AudioFormat("ulaw"),
                frame_bytes=160,
            )
        ],
    ),
    "chan_websocket_json": Example(
        "MEDIA_START",
        ASTERISK_WEBSOCKET,
        {
            "event": "MEDIA_START",
            "connection_id": "media_connection1",
            "channel": "WebSocket/media_connection1/0x5140001a0040",
            "channel_id": "1761245643.1",
            "format": "ulaw",
            "optimal_frame_size": 160,
            "ptime": 20,
            "channel_variables": {
                "DIALEDPEERNUMBER": "media_connection1/c(ulaw)",
                "MEDIA_WEBSOCKET_CONNECTION_ID": "media_connection1",
                "MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": "160",
            },
        },
        [
            Started(
                call_id="1761245643.1",
                stream_id="media_connection1",
                format=AudioFormat("ulaw"),
                parameters={
                    "DIALEDPEERNUMBER": "media_connection1/c(ulaw)",
                    "MEDIA_WEBSOCKET_CONNECTION_ID": "media_connection1",
                    "MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": "160",
                },
                frame_bytes=160,
            )
        ],
    ),
}
"""How a call begins."""

FROM_PHONES = (
    Example("connected", TWILIO, {"event": "connected", "protocol": "Call", "version": "1.0.0"}, [Told]),
    Example(
        "media of the other track",
        TWILIO,
        {
            "event": "media",
            "sequenceNumber": "3",
            "media": {"track": "outbound", "chunk": "1", "timestamp": "5", "payload": PAYLOAD},
            "streamSid": STREAM,
        },
        [],
    ),
    Example(
        "media",
        TWILIO,
        {
            "event": "media",
            "sequenceNumber": "4",
            "media": {"track": "inbound", "chunk": "2", "timestamp": "5", "payload": PAYLOAD},
            "streamSid": STREAM,
        },
        [Sound(SOUND)],
    ),
    Example(
        "dtmf",
        TWILIO,
        {
            "event": "dtmf",
            "streamSid": STREAM,
            "sequenceNumber": "5",
            "dtmf": {"track": "inbound_track", "digit": "1"},
        },
        [Pressed("1")],
    ),
    Example(
        "mark",
        TWILIO,
        {"event": "mark", "sequenceNumber": "4", "streamSid": STREAM, "mark": {"name": "my label"}},
        [Played("my label")],
    ),
    Example(
        "stop",
        TWILIO,
        {
            "event": "stop",
            "sequenceNumber": "5",
            "stop": {
                "accountSid": "ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
                "callSid": "CAXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
            },
            "streamSid": STREAM,
        },
        [Stopped("the phone stopped the stream")],
    ),
    Example("connected", TELNYX, {"event": "connected", "version": "1.0.0"}, [Told]),
    Example(
        "media",
        TELNYX,
        {
            "event": "media",
            "sequence_number": "4",
            "media": {"track": "inbound", "chunk": "2", "timestamp": "5", "payload": PAYLOAD},
            "stream_id": TELNYX_STREAM,
        },
        [Sound(SOUND, 2)],
    ),
    Example(
        "dtmf",
        TELNYX,
        {
            "event": "dtmf",
            "stream_id": TELNYX_STREAM,
            "occurred_at": "2019-09-03T20:52:00.000000Z",
            "sequence_number": "5",
            "dtmf": {"digit": "1"},
        },
        [Pressed("1")],
    ),
    Example(
        "mark",
        TELNYX,
        {"event": "mark", "sequence_number": "6", "stream_id": TELNYX_STREAM, "mark": {"name": "my label"}},
        [Played("my label")],
    ),
    Example(
        "error",
        TELNYX,
        {
            "event": "error",
            "stream_id": TELNYX_STREAM,
            "payload": {
                "code": 100003,
                "title": "malformed_frame",
                "detail": "The received frame was not formed correctly.",
            },
        },
        [Told],
    ),
    Example(
        "stop",
        TELNYX,
        {
            "event": "stop",
            "sequence_number": "5",
            "stop": {
                "user_id": "3E6F995F-85F7-4705-9741-53B116D28237",
                "call_control_id": "v2:T02llQxIyaRkhfRKxgAP8nY511",
            },
            "stream_id": TELNYX_STREAM,
        },
        [Stopped("the phone stopped the stream")],
    ),
    Example(
        "media",
        PLIVO,
        {
            "event": "media",
            "sequenceNumber": 2,
            "streamId": PLIVO_STREAM,
            "media": {"track": "inbound", "timestamp": "1677152960", "chunk": 1, "payload": PAYLOAD},
            "extra_headers": "userId=12345;sessionId=abc-xyz",
        },
        [Sound(SOUND)],
    ),
    Example(
        "dtmf",
        PLIVO,
        {
            "event": "dtmf",
            "sequenceNumber": 3,
            "streamId": PLIVO_STREAM,
            "dtmf": {"track": "inbound", "digit": "5", "timestamp": "1677152961"},
        },
        [Pressed("5")],
    ),
    Example(
        "playedStream",
        PLIVO,
        {
            "event": "playedStream",
            "streamId": "20170ada-f610-433b-8758-c02a2aab3662",
            "name": "customer greeting audio",
        },
        [Played("customer greeting audio")],
    ),
    Example("clearedAudio", PLIVO, {"event": "clearedAudio", "sequenceNumber": 0, "streamId": PLIVO_STREAM}, [Told]),
    Example("sound", AUDIOSOCKET, bytes.fromhex("10 0004 01000200"), [Sound(bytes.fromhex("01000200"))]),
    Example("a key", AUDIOSOCKET, b"\x03\x00\x01#", [Pressed("#")]),
    Example("an error", AUDIOSOCKET, b"\xff\x00\x01\x02", [Told("Asterisk reports an error: 02")]),
    Example("hang-up", AUDIOSOCKET, b"\x00\x00\x00", [Stopped("the phone hung up")]),
    Example("sound", ASTERISK_WEBSOCKET, SOUND, [Sound(SOUND)]),
    Example("a key", ASTERISK_WEBSOCKET, "DTMF_END digit:5", [Pressed("5")]),
    Example(
        "a key, in JSON",
        ASTERISK_WEBSOCKET,
        {"event": "DTMF_END", "channel_id": "1761245643.1", "digit": "5"},
        [Pressed("5")],
    ),
    Example("XOFF", ASTERISK_WEBSOCKET, "MEDIA_XOFF", [Paused()]),
    Example("XON", ASTERISK_WEBSOCKET, {"event": "MEDIA_XON", "channel_id": "1761245643.1"}, [Resumed()]),
    Example("a mark", ASTERISK_WEBSOCKET, "MEDIA_MARK_PROCESSED 0:100", [Played("0:100")]),
    Example(
        "a mark, in JSON",
        ASTERISK_WEBSOCKET,
        {"event": "MEDIA_MARK_PROCESSED", "channel_id": "1761245643.1", "correlation_id": "0:100"},
        [Played("0:100")],
    ),
    Example(
        "a status",
        ASTERISK_WEBSOCKET,
        "STATUS queue_length:43 xon_level:800 xoff_level:900 queue_full:false bulk_media:true media_paused:false",
        [Told("STATUS: not needed here")],
    ),
    Example(
        "an error",
        ASTERISK_WEBSOCKET,
        "ERROR channel_id:1.1 error_text:FLUSH_MEDIA not supported in passthrough mode",
        [Told("Asterisk complains: FLUSH_MEDIA not supported in passthrough mode")],
    ),
)
"""What phones say in a call."""

TO_PHONES: dict[str, dict[str, Any]] = {
    "twilio": {
        "sound": {"event": "media", "streamSid": STREAM, "media": {"payload": PAYLOAD}},
        "mark": {"event": "mark", "streamSid": STREAM, "mark": {"name": "my label"}},
        "clear": [{"event": "clear", "streamSid": STREAM}],
        "hang_up": [],
    },
    "telnyx": {
        "sound": {"event": "media", "media": {"payload": PAYLOAD}},
        "mark": {"event": "mark", "mark": {"name": "my label"}},
        "clear": [{"event": "clear"}],
        "hang_up": [],
    },
    "plivo": {
        "sound": {
            "event": "playAudio",
            "media": {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": PAYLOAD},
        },
        "mark": {"event": "checkpoint", "streamId": PLIVO_STREAM, "name": "my label"},
        "clear": [{"event": "clearAudio", "streamId": PLIVO_STREAM}],
        "hang_up": [],
    },
    "audiosocket": {
        "sound": b"\x10\x00\x0f" + SOUND,
        "mark": None,
        "clear": [],
        "hang_up": [b"\x00\x00\x00"],
    },
    "chan_websocket": {"sound": SOUND, "mark": None, "clear": ["FLUSH_MEDIA"], "hang_up": ["HANGUP"]},
    "chan_websocket_json": {
        "sound": SOUND,
        "mark": {"command": "MARK_MEDIA", "correlation_id": "my label"},
        "clear": [{"command": "FLUSH_MEDIA"}],
        "hang_up": [{"command": "HANGUP"}],
    },
}
"""What they are told, by the dialect that a call began in."""
