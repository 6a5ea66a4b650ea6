"""Connections to an emulator in memory: no sockets, no real time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

import attrs
import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.emulator._connections import Connections
from trio_live.emulator._faults import FaultInjector
from trio_live.emulator._lifecycle import Lifecycle
from trio_live.emulator._service import NORMAL, Route
from trio_live.errors import ConnectError, ConnectRejected, ConnectTimeout
from trio_live.transport import Transport, memory_transport_pair

ANSWERED_WITHIN: Final[Seconds] = 10.0
"""How long a dialer in memory waits for an upgrade that gets no answer, as one over sockets would."""


@attrs.frozen
class MemoryDialer:
    """Dials an emulator in memory. Every connection is held as one over a socket would be."""

    _connections: Connections
    _lifecycle: Lifecycle
    _route: Route
    """What is addressed."""

    @asynccontextmanager
    async def __call__(self) -> AsyncGenerator[Transport, None]:
        """Connect, as long as the block lasts.

        Raises:
            ConnectError: the emulator was told to refuse, or there are too many connections.
        """
        log = self._connections.new_log()
        injector = self._lifecycle.new_injector(log)
        await self._upgrade(injector)
        near, far = memory_transport_pair()
        async with open_service_nursery("the emulated connection is closed") as nursery:
            nursery.start_soon(self._lifecycle.hold, far, self._route, log, injector)
            try:
                yield near
            finally:
                near.close(NORMAL)

    async def _upgrade(self, injector: FaultInjector) -> None:
        """Without sockets there is no upgrade that could fail; what a client would be told of it is raised."""
        await trio.lowlevel.checkpoint()
        refusal = self._lifecycle.admission.refuse_upgrade(self._route, self._connections.statistics.active)
        strike = injector.fail_upgrade()
        status = refusal.status if refusal is not None else strike and injector.status_of(strike)
        if status:
            self._connections.count(turned_away=1)
            raise ConnectRejected(f"the emulator refused the connection with HTTP status {status}", code=status)
        if strike is not None and strike.fault == "half_open":
            await trio.sleep(ANSWERED_WITHIN)
            raise ConnectTimeout(f"the emulator did not answer within {ANSWERED_WITHIN:g} s")
        if strike is not None:
            raise ConnectError("the emulator hung up in the middle of the handshake")
