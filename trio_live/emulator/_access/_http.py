"""What the emulator does besides WebSockets: answer one request over plain HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeAlias

import attrs
import h11
import trio

from trio_live._typing import JsonObject
from trio_live.emulator._service import LIMITS

MOST_BODY_BYTES: Final = LIMITS["request"].most
READ_BYTES: Final = 64 * 1024
_STATUSES: Final = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


@attrs.frozen
class Request:
    """One request, whole."""

    method: str
    target: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@attrs.frozen
class Response:
    """One answer."""

    status: int
    body: bytes
    pieces: tuple[bytes, ...] = ()
    """The body in pieces that are sent one after the other; then ``body`` is empty."""
    content_type: str = "application/json"

    @classmethod
    def of(cls, status: int, content: JsonObject) -> Response:
        """An answer made of JSON values."""
        return cls(status, json.dumps(content).encode())


Respond: TypeAlias = Callable[[Request], Response]


def failure(status: int, message: str) -> Response:
    """An error in the form that Google's REST servers give it."""
    return Response.of(
        status, {"error": {"code": status, "message": message, "status": _STATUSES.get(status, "INTERNAL")}}
    )


async def answer_http(stream: trio.abc.Stream, peeked: bytes, respond: Respond) -> None:
    """Answer one request and say that no other will be.

    Args:
        stream: where the request comes from.
        peeked: what was read of it already.
        respond: gives the answer.

    Raises:
        OSError, trio.BrokenResourceError: the peer is gone.
    """
    http = h11.Connection(h11.SERVER)
    http.receive_data(peeked)
    try:
        request = await _request(http, stream)
        response = failure(400, "The request is too large.") if request is None else respond(request)
    except h11.RemoteProtocolError as problem:
        response = failure(400, str(problem))
    if http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
        return
    length = ("transfer-encoding", "chunked") if response.pieces else ("content-length", str(len(response.body)))
    headers = [("content-type", response.content_type), length, ("connection", "close")]
    begun = http.send(h11.Response(status_code=response.status, headers=headers)) or b""
    for piece in response.pieces:
        await stream.send_all(begun + (http.send(h11.Data(piece)) or b""))
        begun = b""
    rest = b"" if response.pieces else http.send(h11.Data(response.body)) or b""
    await stream.send_all(begun + rest + (http.send(h11.EndOfMessage()) or b""))


async def _request(http: h11.Connection, stream: trio.abc.Stream) -> Request | None:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        match http.next_event():
            case h11.NEED_DATA:
                http.receive_data(bytes(await stream.receive_some(READ_BYTES)))
            case h11.Request() as request:
                head = request
            case h11.Data(data=data):
                body += data
                if len(body) > MOST_BODY_BYTES:
                    return None
            case h11.EndOfMessage() if head is not None:
                return Request(head.method.decode(), head.target.decode(), tuple(head.headers), bytes(body))
            case _:
                raise h11.RemoteProtocolError("the request was not finished")
