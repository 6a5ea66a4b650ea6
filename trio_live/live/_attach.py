"""A session over a connection on which somebody else has already said hello."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from trio_live.live._builder import Live
from trio_live.live._handle import LiveHandle
from trio_live.transport import Frames, Transport
from trio_live.wire import Platform

_ACCEPTED = '{"setupComplete":{}}'


def attach_session(
    live: Live, transport: Transport, *, platform: Platform = Platform.GOOGLE_AI
) -> AbstractAsyncContextManager[LiveHandle]:
    """The whole control plane on a connection whose setup was sent and accepted already.

    The builder's own setup is not sent; what it says of model and tools should be what the other setup said. The session
    is connected when the block is entered, with ``on_connected`` and `events.Connected`, and closes the transport.

    Args:
        live: the agent.
        transport: whose peer has answered the setup; nothing that came after the answer has been read from it.
        platform: whose rules the frames follow.

    Returns:
        An async context manager, as those of the builder.

    Raises:
        ConfigError: on entering: everything that is wrong.

    Cancellation: leaves no task behind, and the transport closed.
    """
    return live.connect_with_transport(_Attached(transport), platform=platform)


class _Attached:
    """Keeps the second setup from the wire, and answers it."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._was_set_up = self._has_answered = False

    async def send(self, frames: Frames) -> None:
        """See `Transport.send`."""
        if not self._was_set_up:  # the setup goes by itself, before anything else
            self._was_set_up = True
            frames = frames[1:]
        if frames:
            await self._transport.send(frames)

    async def receive(self) -> Frames:
        """See `Transport.receive`."""
        if self._has_answered:
            return await self._transport.receive()
        self._has_answered = True
        return [_ACCEPTED]

    async def aclose(self) -> None:
        """See `Transport.aclose`."""
        await self._transport.aclose()
