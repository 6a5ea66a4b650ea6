"""One question over HTTP. The one importer of httpx, loaded with the first model that needs it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Final, cast

import httpx
import trio

from trio_live._typing import Seconds

CLOSED_WITHIN: Final[Seconds] = 1.0
"""So long the end of a connection may take whose answer nobody wants any more."""


class Body(httpx.AsyncByteStream):
    """The whole body at once. That of httpx is an async generator, which a cancelled question would leave open."""

    def __init__(self, content: bytes) -> None:
        self._left = [content]

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop()


def open_client() -> httpx.AsyncClient:
    """A client that keeps its connections. It has no time limits of its own: whoever asks has one, in Trio."""
    return httpx.AsyncClient(timeout=None)  # noqa: S113 - see above


async def post(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    """Send a body and read the whole answer.

    Raises:
        httpx.HTTPError: there is none.

    Cancellation: the connection is given up.
    """
    return await client.send(_request(client, url, body, headers))


@asynccontextmanager
async def streamed(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]
) -> AsyncGenerator[tuple[httpx.Response, AsyncGenerator[bytes, None]], None]:
    """Send a body, and read the answer as it comes. The connection is closed with the block, unless all was read.

    Raises:
        httpx.HTTPError: on entering or on reading: there is no answer, or no more of it.

    Cancellation: the connection is given up.
    """
    plain = {**headers, "Accept-Encoding": "identity"}  # what is compressed comes in lumps
    response = await client.send(_request(client, url, body, plain), stream=True)
    read = cast("AsyncGenerator[bytes, None]", response.aiter_raw())
    try:
        yield response, read
    finally:
        with trio.CancelScope(shield=True, deadline=trio.current_time() + CLOSED_WITHIN):
            await response.aclose()
            # The generators within httpx are finished by the closed connection, each in its turn. Thrown away as they
            # stand, they would be left to the garbage collector.
            with suppress(httpx.HTTPError, httpx.StreamError, StopAsyncIteration, RuntimeError):
                await read.__anext__()


def _request(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Request:
    sent = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    request = client.build_request("POST", url, headers=sent)
    request.stream = Body(body)
    return request
