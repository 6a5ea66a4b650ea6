"""One socket from its hello to its end, whoever carries it."""

from __future__ import annotations

import logging
from typing import Final

from trio_live.web._site._gate import Gate
from trio_live.web._site._routes import SocketHandler
from trio_live.web._site._socket import PageClose, PageSocket, SocketGone, receive_hello

logger: Final = logging.getLogger("trio_live.web")


async def handle(socket: PageSocket, gate: Gate, handler: SocketHandler) -> None:
    """Let a page in, let the handler talk to it, and close the socket. What the handler raises is logged, and ends it.

    Cancellation: passes; whoever carries the socket closes it.
    """
    try:
        hello = await receive_hello(socket, gate)
        if hello is not None:
            await handler(socket, hello)
    except SocketGone:
        return
    except Exception:
        logger.exception("a socket of a page failed")
        await socket.aclose(PageClose.FAILED, "the server made a mistake; its log says which")
        return
    await socket.aclose(PageClose.DONE)
