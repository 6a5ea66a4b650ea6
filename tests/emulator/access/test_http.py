from __future__ import annotations

import json
from typing import Any

import pytest
import trio
from trio.testing import memory_stream_pair

from trio_live.emulator._access._http import MOST_BODY_BYTES, Request, Response, answer_http, failure

HEAD = b"POST /here?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n"


async def exchange(*pieces: bytes, seen: list[Request] | None = None) -> tuple[int, Any]:
    """What is answered to a request that arrives in pieces."""

    def respond(request: Request) -> Response:
        if seen is not None:
            seen.append(request)
        return Response.of(200, {"got": len(request.body)})

    near, far = memory_stream_pair()
    first, *others = pieces

    async def send() -> None:
        for piece in others:
            await near.send_all(piece)
        await near.send_eof()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(send)
        await answer_http(far, first, respond)
        await far.aclose()
    answer = b"".join([chunk async for chunk in near])
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    return int(head.split()[1]), json.loads(body)


async def test_a_request_is_answered() -> None:
    seen: list[Request] = []
    assert await exchange(HEAD % 5 + b"hello", seen=seen) == (200, {"got": 5})
    (request,) = seen
    assert (request.method, request.target, request.body) == ("POST", "/here?x=1", b"hello")
    assert (b"host", b"h") in request.headers


async def test_a_request_may_come_in_pieces() -> None:
    whole = HEAD % 5 + b"hello"
    assert await exchange(*(whole[at : at + 7] for at in range(0, len(whole), 7))) == (200, {"got": 5})


async def test_a_request_may_be_too_large() -> None:
    size = MOST_BODY_BYTES + 1
    status, content = await exchange(HEAD % size + bytes(size))
    assert status == 400
    assert content["error"]["message"] == "The request is too large."


@pytest.mark.parametrize("request_", [b"POST nonsense\r\n\r\n", HEAD % 5 + b"he"])
async def test_what_is_no_request_is_told(request_: bytes) -> None:
    status, content = await exchange(request_)
    assert status == 400
    assert content["error"]["status"] == "INVALID_ARGUMENT"


def test_failures_look_like_googles() -> None:
    assert json.loads(failure(403, "no").body) == {
        "error": {"code": 403, "message": "no", "status": "PERMISSION_DENIED"}
    }
    assert json.loads(failure(503, "no").body)["error"]["status"] == "INTERNAL"
