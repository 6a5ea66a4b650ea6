"""The one encoder and the one decoder.

Every frame takes the fast road first (msgspec's typed decoder, about 2 µs for 40 ms of audio). Only what it
refuses, or what it did not recognise at all, takes the slow road through `trio_live.wire._lenient`.
"""

from __future__ import annotations

from typing import Any

import msgspec
import pybase64

from trio_live.errors import LocalProtocolError, RemoteProtocolError
from trio_live.wire._lenient import Walk, convert, relax_struct
from trio_live.wire._limits import LIMITS, LONG, check_free, check_long, exceeded
from trio_live.wire._lone_blob import HotBlob
from trio_live.wire._messages import (
    AUDIO_INPUT_MIME,
    Blob,
    ClientMessage,
    GoAway,
    RealtimeInput,
    ServerMessage,
    Wire,
    evolve,
)

_encoder = msgspec.json.Encoder()
_server_decoder = msgspec.json.Decoder(ServerMessage)
_plain_decoder = msgspec.json.Decoder()

_AUDIO_HEAD, _, _AUDIO_TAIL = (
    _encoder.encode(ClientMessage(realtime_input=RealtimeInput(audio=Blob(AUDIO_INPUT_MIME, b"\0\0\0"))))
    .decode()
    .partition("AAAA")
)

_NOTHING = ServerMessage()
_OWN_FIELDS = frozenset({"unknown", "problems"})


class _HotInput(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    audio: HotBlob


class _HotMessage(Wire, frozen=True, forbid_unknown_fields=True, gc=False):
    """The one client message that comes fifty times a second, spelled exactly; anything else is refused."""

    realtime_input: _HotInput


_hot_decoder = msgspec.json.Decoder(_HotMessage)


def encode_client_message(message: ClientMessage) -> bytes:
    """One message of the client as compact UTF-8 JSON: camelCase, standard base64, absent fields left out.

    Raises:
        LocalProtocolError: a free-form value (arguments, a schema) holds something that is not JSON.
    """
    return _encode(message)


def encode_audio_input(sound: bytes) -> str:
    """The frame of `encode_client_message` for nothing but sound, without building the message: a third of the time.

    Fifty of them leave a session every second.
    """
    return _AUDIO_HEAD + pybase64.b64encode_as_string(sound) + _AUDIO_TAIL


def encode_server_message(message: ServerMessage, *, indent: int | None = None) -> bytes:
    """One server frame as UTF-8 JSON.

    Args:
        message: what to say.
        indent: pretty-print with this many spaces and end with a newline, as Google's servers do.

    Raises:
        LocalProtocolError: a free-form value holds something that is not JSON.
    """
    if message.unknown is not None or message.problems is not None:
        message = evolve(message, unknown=None, problems=None)
    data = _encode(message)
    return data if indent is None else msgspec.json.format(data, indent=indent) + b"\n"


def _encode(message: Wire) -> bytes:
    try:
        return _encoder.encode(message)
    except (msgspec.EncodeError, TypeError, ValueError, OverflowError, RecursionError) as problem:
        raise LocalProtocolError(f"the message holds a value that is not JSON: {problem}") from None


def decode_server_message(data: bytes | str) -> ServerMessage:
    """One frame of the server, from the data of a text or a binary WebSocket message.

    Unknown fields and enum strings are passed over; a frame of which nothing is known comes back in
    ``ServerMessage.unknown``; an empty frame is an empty message; a part that cannot be decoded is left out
    and named in ``ServerMessage.problems``, and so is a number out of its range.

    Raises:
        RemoteProtocolError: the frame is not JSON, not an object, a known field holds the wrong kind of value, or it
            exceeds one of `LIMITS`.
    """
    if len(data) > LONG:
        check_long(data)
    try:
        message = _server_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        message = _decode_slowly(data)
    else:
        if message.unknown is not None or message.problems is not None:  # the peer used a name that is ours
            message = _decode_slowly(data)
    if message == _NOTHING:
        return _recognise(data)
    return _judged(message, is_long=len(data) > LIMITS["text"].most)


def _judged(message: ServerMessage, *, is_long: bool) -> ServerMessage:
    """The message, if what no type can say of it is in order."""
    if message.tool_call is not None:
        for number, call in enumerate(message.tool_call.function_calls or ()):
            streamed = [part.number_value for part in call.partial_args or ()]
            check_free([call.args, *streamed], f"toolCall.functionCalls[{number}].args")
    if message.server_content is not None and is_long:
        turn = message.server_content.model_turn
        if sum(len(part.text or "") for part in (turn and turn.parts) or ()) > LIMITS["text"].most:
            raise exceeded("text", "serverContent.modelTurn.parts")
    left = message.go_away
    if left is not None and left.time_left is not None and left.seconds_left is None:
        problem = f"no time from 0 to {LIMITS['seconds'].most:,} s at 'goAway.timeLeft'"
        return evolve(message, go_away=GoAway(), problems=[*(message.problems or ()), problem])
    return message


def _decode_slowly(data: bytes | str) -> ServerMessage:
    if not data.strip():
        return _NOTHING
    problems: list[str] = []
    frame = {key: value for key, value in _parse(data).items() if key not in _OWN_FIELDS}
    tidy = relax_struct(frame, ServerMessage, Walk(problems=problems))
    if problems:
        tidy["problems"] = problems
    return convert(tidy, ServerMessage)  # type: ignore[no-any-return]


def _recognise(data: bytes | str) -> ServerMessage:
    """Tell an empty frame from one in which nothing is known."""
    if not data.strip():
        return _NOTHING
    frame = _parse(data)
    return ServerMessage(unknown=frame) if any(value is not None for value in frame.values()) else _NOTHING


def decode_client_message(data: bytes | str, *, strict: bool = False) -> ClientMessage:
    """One frame of a client: camelCase and snake_case, mixed at will.

    Args:
        data: the frame.
        strict: refuse unknown fields and enum strings in Google's words, as its servers do.

    Raises:
        RemoteProtocolError: the frame cannot be read, exceeds one of `LIMITS`, or breaks a rule under ``strict``.
    """
    try:
        hot = _hot_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        if len(data) > LONG:
            check_long(data)
        frame = _parse(data)
        check_free(frame.values(), "the message")
        walk = Walk(strict=strict)
        return convert(relax_struct(frame, ClientMessage, walk), ClientMessage)  # type: ignore[no-any-return]
    audio = hot.realtime_input.audio
    return ClientMessage(realtime_input=RealtimeInput(audio=Blob(mime_type=audio.mime_type, data=audio.data)))


def _parse(data: bytes | str) -> dict[str, Any]:
    try:
        frame = _plain_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as problem:
        raise RemoteProtocolError(f"Invalid JSON payload received. {problem}") from None
    if not isinstance(frame, dict):
        raise RemoteProtocolError("Invalid JSON payload received. Expected an object at the top")
    return frame
