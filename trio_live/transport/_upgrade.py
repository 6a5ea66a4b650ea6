"""The upgrade of a `Line` to a WebSocket: our request, and what the server answers."""

from __future__ import annotations

import logging
from http import HTTPStatus

from websockets.client import ClientProtocol
from websockets.http11 import Response
from websockets.protocol import CONNECTING, OPEN
from websockets.uri import parse_uri

from trio_live.transport import _failures as failures
from trio_live.transport._frames import Inbound
from trio_live.transport._lean import LeanTransport
from trio_live.transport._socket import BLANK_LINE, MAX_MESSAGE_BYTES, Answer, Line
from trio_live.transport._target import Target

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
    answer = Answer(line)
    rest = await _read_answer(answer, protocol)
    if protocol.state is not OPEN:
        raise _refusal(target, protocol, answer)
    transport = LeanTransport(line, protocol, Inbound(protocol, MAX_MESSAGE_BYTES))
    transport.redacted = target.address.redacted
    protocol.events_received()
    if rest:
        transport.feed(rest)
    return transport


async def _read_answer(answer: Answer, protocol: ClientProtocol) -> bytes:
    """Read until the library has made up its mind. Returns the frames that came right behind the answer."""
    in_body = False
    while protocol.state is CONNECTING and protocol.handshake_exc is None:
        before, data = len(answer.said), await answer.receive()
        if not data:
            protocol.receive_eof()
            break
        end = answer.said.find(BLANK_LINE) + len(BLANK_LINE)
        if in_body or end < len(BLANK_LINE):
            protocol.receive_data(data)
            continue
        in_body = True
        protocol.receive_data(answer.said[before:end])  # the head alone: frames are ours to take apart
        rest = answer.said[end:]
        if protocol.state is OPEN:
            return rest
        if rest and protocol.handshake_exc is None:
            protocol.receive_data(rest)
    return b""


def _refusal(target: Target, protocol: ClientProtocol, answer: Answer) -> Exception:
    """What stands in the way. A refusal that was cut off in its body is one all the same."""
    for event in protocol.events_received():
        if isinstance(event, Response) and event.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            return target.refused(event.status_code, bytes(event.body))
    status = answer.refusal_status()
    if status is not None:
        return target.refused(status, answer.words())
    error = protocol.handshake_exc
    if error is None or isinstance(error.__cause__, EOFError):
        return failures.hung_up(target.name)
    return failures.garbled(target.name, error)
