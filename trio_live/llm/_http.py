"""One question over HTTP. The one importer of httpx, loaded with the first model that needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import httpx

from trio_live._typing import Seconds


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


def open_client(timeout: Seconds) -> httpx.AsyncClient:
    """A client that keeps its connections, and gives up when nothing moves for so many seconds."""
    return httpx.AsyncClient(timeout=timeout)


async def post(client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str]) -> httpx.Response:
    """Send a body and read the whole answer.

    Raises:
        httpx.HTTPError: there is none.

    Cancellation: the connection is given up.
    """
    sent = {**headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    request = client.build_request("POST", url, headers=sent)
    request.stream = Body(body)
    return await client.send(request)
