"""A socket to a page, whoever carries it, and how it begins and ends."""

from __future__ import annotations

import enum
import json
from typing import Final, Protocol

import trio

from trio_live._typing import JsonObject, Seconds
from trio_live.errors import LiveError
from trio_live.web._site._gate import Gate

HELLO_WITHIN: Final[Seconds] = 10.0
"""So long a socket may be open without having said who it is."""
CLOSE_WITHIN: Final[Seconds] = 2.0
"""So long the goodbye of a socket may take before the line is cut."""
MOST_BYTES: Final = 64 * 1024
"""Of a message from a page: a second of sound has half as many."""
_MOST_REASON_BYTES: Final = 123
"""Of a close frame (RFC 6455, section 5.5)."""


class PageClose(enum.IntEnum):
    """Why a socket is closed. Those from 4000 on are ours; a page does not come back by itself after them."""

    DONE = 1000
    """Everything was said."""
    LEAVING = 1001
    """The server leaves."""
    GARBAGE = 4400
    """A message could not be understood."""
    TOKEN = 4401
    """It does not know the token."""
    SILENT = 4408
    """It did not say who it is in time."""
    ELSEWHERE = 4409
    """The call is open in another tab."""
    OVER = 4410
    """There is no such call any more."""
    UNREAD = 4413
    """It does not read what it is sent."""
    BUSY = 4429
    """There are as many calls as there may be."""
    FAILED = 4500
    """The call broke."""
    UNCONNECTED = 4502
    """The model could not be reached."""


class SocketGone(LiveError):
    """The page is gone: it closed its socket, or the line broke."""


class PageSocket(Protocol):
    """A socket to a page. One task reads, one writes; closing may come from a third."""

    async def receive(self) -> str | bytes:
        """The next message.

        Raises:
            SocketGone: there will be none.

        Cancellation: nothing is lost.
        """
        ...

    async def send(self, message: str | bytes) -> None:
        """Send a message; waits while the page does not read.

        Raises:
            SocketGone: the page is gone.

        Cancellation: the message may have been sent in part; nothing else can be sent then.
        """
        ...

    async def aclose(self, code: PageClose, reason: str = "") -> None:
        """Say goodbye, and close. Takes two seconds at most, whatever the page does; doing it again does no harm.

        Cancellation: it is closed without a goodbye.
        """
        ...


def short(reason: str) -> str:
    """A reason as it fits into a close frame."""
    return reason.encode()[:_MOST_REASON_BYTES].decode(errors="ignore")


def read_object(message: str | bytes) -> JsonObject:
    """The JSON object in a message.

    Raises:
        ValueError: there is none.
    """
    if not isinstance(message, str):
        raise ValueError("it is no text")  # noqa: TRY004  # what is wrong is the page's message
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        raise ValueError("it is no JSON") from None
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")  # noqa: TRY004
    return found


async def receive_hello(socket: PageSocket, gate: Gate) -> JsonObject | None:
    """The first message of a page, if it is let in: ``{"type": "hello", "token": …}``. Closes the socket otherwise.

    Raises:
        SocketGone: the page left before.
    """
    hello: JsonObject | None = None
    with trio.move_on_after(HELLO_WITHIN):
        try:
            hello = read_object(await socket.receive())
        except ValueError as problem:
            await socket.aclose(PageClose.GARBAGE, f"the first message must be a hello, and {problem}")
            return None
    if hello is None:
        await socket.aclose(PageClose.SILENT, f"the page did not say hello within {HELLO_WITHIN:g} s")
    elif hello.get("type") != "hello":
        await socket.aclose(PageClose.GARBAGE, "the first message must be a hello")
    elif not gate.fits(hello.get("token")):
        await socket.aclose(PageClose.TOKEN, "this address needs a token, and the page does not know it")
    else:
        return hello
    return None
