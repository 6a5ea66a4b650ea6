"""Sends silence on a connection that would be dropped for being idle. When and what is decided in `session`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

import trio

from trio_live._typing import Seconds
from trio_live.errors import SessionClosed
from trio_live.lanes._sending import Outbound
from trio_live.session import SessionPhase
from trio_live.session._internal import QUIET, SILENCE


class KeepAlive:
    """One session's keep-alive.

    Args:
        every: how long nothing may have been sent; ``None``: nothing is done.
        connected: set when the connection is up, or never will be.
        outbound: knows when something was written last, and takes the silence.
        wait_phase: waits until the link is in one of some phases.
    """

    def __init__(
        self,
        every: Seconds | None,
        connected: trio.Event,
        outbound: Outbound,
        wait_phase: Callable[..., Awaitable[SessionPhase]],
    ) -> None:
        self._every = every
        self._connected = connected
        self._outbound = outbound
        self._wait_phase = wait_phase

    async def run(self) -> None:
        """Watch until cancelled; returns at once when nothing is to be done.

        Cancellation: nothing more is sent.
        """
        if self._every is None:
            return
        await self._connected.wait()
        last = trio.current_time()
        with suppress(SessionClosed):
            while True:
                last = max(last, self._outbound.written_at)
                if trio.current_time() < last + self._every:
                    await trio.sleep_until(last + self._every)
                elif await self._wait_phase(*QUIET) in QUIET:
                    await self._outbound.submit(SILENCE)
                    last = trio.current_time()
                else:
                    return
