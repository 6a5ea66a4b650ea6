"""The wish for another connection, though nothing is wrong with this one."""

from __future__ import annotations

import trio


class Renewal:
    """Asked for by whoever changes what only a setup can say. The next connection fulfils it, whyever it is dialled."""

    def __init__(self) -> None:
        self._wanted = trio.Event()

    @property
    def is_wanted(self) -> bool:
        """Whether another connection is asked for."""
        return self._wanted.is_set()

    def ask(self) -> None:
        """Have this connection left at once for another one, which is told the talk so far."""
        self._wanted.set()

    async def wait(self) -> None:
        """Wait until it is asked for. Cancellation: harmless."""
        await self._wanted.wait()

    def fulfil(self) -> None:
        """Another connection is about to be set up."""
        self._wanted = trio.Event()
