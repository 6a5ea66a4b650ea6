"""The upgrade of a `Line` to a WebSocket: our request, and what the server answers."""

from __future__ import annotations

import logging
import re
from typing import Final

from websockets.client import ClientProtocol
from websockets.http11 import Response
from websockets.protocol import CONNECTING, OPEN
from websockets.uri import parse_uri

from trio_live.transport import _failures as failures
from trio_live.transport._frames import Inbound
from trio_live.transport._lean import LeanTransport
from trio_live.transport._limits import MAX_MESSAGE_BYTES
from trio_live.transport._line import Line
from trio_live.transport._target import Target

_BLANK_LINE: Final = b"\r\n\r\n"
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([1-5][0-9][0-9])\b")
_SWITCHING: Final = 101

_quiet = logging.getLogger("trio_live.transport.websockets")
_quiet.setLevel(logging.INFO)
"""The library writes every header of the request into its log at DEBUG, the credential among them."""


async def upgrade(target: Target, line: Line) -> LeanTransport:
    """Ask for the upgrade.

    Raises:
        ConnectRejected: an HTTP status instead.
        ConnectError: no answer, or not that of a WebSocket server.
        trio.BrokenResourceError: the connection broke.

    Cancellation: the line is to be closed.
    """
    protocol = ClientProtocol(parse_uri(target.address.url), max_size=MAX_MESSAGE_BYTES, logger=_quiet)
    request = protocol.connect()
    for name, value in target.address.headers:
        request.headers[name.decode()] = value.decode()
    protocol.send_request(request)
    line.write(b"".join(protocol.data_to_send()))
    answer, rest = await _read_answer(line, protocol)
    if protocol.state is not OPEN:
        raise _refusal(target, protocol, answer)
    transport = LeanTransport(line, protocol, Inbound(protocol, MAX_MESSAGE_BYTES))
    protocol.events_received()
    if rest:
        transport.feed(rest)
    return transport


async def _read_answer(line: Line, protocol: ClientProtocol) -> tuple[bytes, bytes]:
    """Read until the library has made up its mind. Returns the answer, and the frames that came right behind it."""
    answer, in_body = b"", False
    while protocol.state is CONNECTING and protocol.handshake_exc is None:
        data = await line.receive()
        if not data:
            protocol.receive_eof()
            break
        before, answer = len(answer), answer + data
        end = answer.find(_BLANK_LINE) + len(_BLANK_LINE)
        if in_body or end < len(_BLANK_LINE):
            protocol.receive_data(data)
            continue
        in_body = True
        protocol.receive_data(answer[before:end])  # the head alone: frames are ours to take apart
        if protocol.state is OPEN:
            return answer[:end], answer[end:]
        if end < len(answer) and protocol.handshake_exc is None:
            protocol.receive_data(answer[end:])
    return answer, b""


def _refusal(target: Target, protocol: ClientProtocol, answer: bytes) -> Exception:
    """What stands in the way. A refusal that was cut off in its body is one all the same."""
    for event in protocol.events_received():
        if isinstance(event, Response) and event.status_code != _SWITCHING:
            return target.refused(event.status_code, bytes(event.body))
    status = _STATUS.match(answer)
    if status is not None and _BLANK_LINE in answer and int(status[1]) != _SWITCHING:
        return target.refused(int(status[1]), answer.partition(_BLANK_LINE)[2])
    error = protocol.handshake_exc
    if error is None or isinstance(error.__cause__, EOFError):
        return failures.hung_up(target.name)
    return failures.garbled(target.name, error)
