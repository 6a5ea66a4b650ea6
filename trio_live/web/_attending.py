"""One socket of a call: what waits is written, what comes is read, and a page that does not read is given up.

::

    page ──▶ read ──▶ the call
    page ◀── write ◀── Outbox ◀── the call
               ▲
             watch: has a message been under way for too long?
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.web._messages import Garbage, PageMessage, read_message
from trio_live.web._outbox import READ_WITHIN, Farewell, Outbox
from trio_live.web._site import CLOSE_WITHIN, PageClose, PageSocket, SocketGone


async def attend(socket: PageSocket, outbox: Outbox, hear: Callable[[PageMessage], Awaitable[None]]) -> None:
    """Serve a socket until it is closed, by whichever side. Never raises for what the page does.

    Args:
        socket: to the page.
        outbox: what it is to be sent.
        hear: told what it says.

    Cancellation: the socket is closed without a goodbye.
    """
    writing = _Writing(socket, outbox)
    try:
        async with open_service_nursery("the page is gone") as nursery:
            nursery.start_soon(writing.run, nursery.cancel_scope)
            nursery.start_soon(writing.watch, nursery.cancel_scope)
            while True:
                try:
                    message = read_message(await socket.receive())
                except Garbage as problem:
                    outbox.close(PageClose.GARBAGE, str(problem))
                    await trio.sleep_forever()  # until that is written
                await hear(message)
    except SocketGone:
        pass
    finally:
        outbox.closed.set()
    await socket.aclose(PageClose.UNREAD)


class _Writing:
    def __init__(self, socket: PageSocket, outbox: Outbox) -> None:
        self._socket = socket
        self._outbox = outbox
        self._since: Seconds | None = None

    async def run(self, scope: trio.CancelScope) -> None:
        """Write until the farewell is said, or the page is gone."""
        with suppress(SocketGone):
            while not isinstance(message := await self._outbox.next(), Farewell):
                self._since = trio.current_time()
                await self._socket.send(message)
                self._since = None
            await self._socket.aclose(message.code, message.reason)
        cancel(scope, "the socket is closed")

    async def watch(self, scope: trio.CancelScope) -> None:
        """Give the page up when a message is under way for too long; should it read then, it is told why."""
        while True:
            since = self._since
            wakes_at = trio.current_time() if since is None else since
            await trio.sleep_until(wakes_at + READ_WITHIN)
            if since is not None and since == self._since:
                break
        self._outbox.close(PageClose.UNREAD, f"the page read nothing for {READ_WITHIN:g} s", at_once=True)
        await trio.sleep(CLOSE_WITHIN)
        cancel(scope, "the page does not read")
