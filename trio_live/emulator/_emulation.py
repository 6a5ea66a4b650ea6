"""The emulator without its sockets: conversations with one persona, over any transport.

What all connections share stands here; one connection is `trio_live.emulator.session._connection`. Errors stay inside their
connection: the peer gets 1011, the log the traceback.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Unpack

import attrs
import trio

from trio_live._tasks import open_service_nursery
from trio_live._typing import Seconds
from trio_live.emulator._log import ConnectionLog, Direction, LogHook, logger
from trio_live.emulator._options import Choices, EmulatorOptions
from trio_live.emulator.access import Admission
from trio_live.emulator.audio import FrameEncoder
from trio_live.emulator.faults import FaultInjector
from trio_live.emulator.persona import Persona, bundled_persona, voice_bank_of
from trio_live.emulator.service import (
    GOING_AWAY,
    INTERNAL,
    INTERNAL_ERROR,
    NORMAL,
    IdSource,
    Refused,
    Route,
    cut_reason,
    dialect_for,
)
from trio_live.emulator.session import Connection, Ending, Outbox, ResumptionHandles, SessionContext
from trio_live.errors import ConnectError, ConnectRejected, ConnectTimeout, LinkLost
from trio_live.transport import Dialer, MemoryTransport, Transport, WebSocketTransport, memory_transport_pair
from trio_live.wire import Platform

FLUSH_WITHIN: Final[Seconds] = 2.0
"""How long a transport of another kind may take to close."""
FAREWELL_WITHIN: Final[Seconds] = 0.1
"""How long telling a client may take when everything is being cancelled; its answer can no longer be read."""
ANSWERED_WITHIN: Final[Seconds] = 10.0
"""How long a dialer in memory waits for an upgrade that gets no answer, as one over sockets would."""
DEFAULT_PERSONA: Final = "front_desk"


@attrs.frozen
class ConnectionStatistics:
    """Connections so far."""

    accepted: int = 0
    """Connections that came as far as the first message."""
    active: int = 0
    """Connections that are open now."""
    turned_away: int = 0
    """Upgrades refused with an HTTP status."""
    refused: int = 0
    """Connections closed because of what the client sent."""
    failed: int = 0
    """Connections closed because the emulator broke."""


class Emulation:
    """A Live server for one persona; `serve` is one connection, and many may run at once.

    Args:
        persona: who answers; the bundled front desk when nobody is named.
        on_log: called with every record of what happens.
        choices: see `EmulatorOptions`.

    Raises:
        ConfigError: the options or the persona's recordings cannot be used.
    """

    def __init__(
        self, persona: Persona | None = None, *, on_log: LogHook | None = None, **choices: Unpack[Choices]
    ) -> None:
        self.persona = persona or bundled_persona(DEFAULT_PERSONA)
        self.options = EmulatorOptions(**choices)
        bank = voice_bank_of(self.persona)
        self.connections = ConnectionStatistics()
        self._encoder = FrameEncoder(bank, text_frames=self.options.text_frames, indent=self.options.indent)
        self._on_log = on_log
        self._handles = ResumptionHandles()
        self._ids = IdSource()
        self.admission = Admission(self.options, self._ids)
        """Who may come in."""
        self._attempts = itertools.count(1)
        self._numbers = itertools.count(1)
        self._changed = trio.lowlevel.ParkingLot()

    def log(self) -> ConnectionLog:
        """The log of a new connection."""
        return ConnectionLog(next(self._numbers), self._on_log, trio.current_time)

    def count(self, **change: int) -> None:
        """Change the statistics by so much."""
        counts = {name: getattr(self.connections, name) + by for name, by in change.items()}
        self.connections = attrs.evolve(self.connections, **counts)
        self._changed.unpark_all()

    def injector(self, log: ConnectionLog) -> FaultInjector:
        """What makes the next connection go wrong; for every attempt to connect there is one."""
        strikes = self.options.faults.on(next(self._attempts))
        return FaultInjector(strikes, log.note, self.options.time_scale)

    # -- connections

    async def wait_idle(self) -> None:
        """Wait until no connection is open. Always a checkpoint."""
        await trio.lowlevel.checkpoint()
        while self.connections.active:
            await self._changed.park()

    async def serve(
        self,
        transport: Transport,
        *,
        platform: Platform = Platform.GOOGLE_AI,
        version: str = "v1beta",
        token: str | None = None,
        log: ConnectionLog | None = None,
        injector: FaultInjector | None = None,
    ) -> None:
        """Hold one conversation, until the client leaves or is refused; then close the transport.

        Args:
            transport: a connection whose first message will be the setup.
            platform: the platform to play.
            version: the API version the client addressed.
            token: the ephemeral token the client came in with.
            log: the connection's log; a new one when none is given.
            injector: makes it go wrong; a new one when none is given.

        Raises:
            Exception: whatever broke, with ``raise_errors``; the transport is then left to whoever opened it.

        Cancellation: the client is told that the server goes away.
        """
        log = log or self.log()
        route = Route(self.options.dialect or platform, version, token)
        context = self._context(route, log, injector or self.injector(log))
        self.count(accepted=1, active=1)
        self._handles.connected(context.number)
        try:
            refusal = await self._outcome(transport, context)
        except trio.Cancelled:
            with trio.CancelScope(shield=True), trio.move_on_after(FAREWELL_WITHIN):
                await _close(transport, Refused(GOING_AWAY, ""))
            raise
        finally:
            self._handles.ended(context.number, trio.current_time())
            self.admission.left(context.number)
            self.count(active=-1)
        if refusal is not None:
            context.log.write(Direction.SENT, f"close {refusal}")
        with trio.CancelScope(shield=True):
            if context.ending.is_cut:
                await _cut(transport)
            elif not context.injector.is_deaf:
                await _close(transport, refusal or Refused(NORMAL, ""))

    async def _outcome(self, transport: Transport, context: SessionContext) -> Refused | None:
        """Why the connection is to be closed; ``None`` when the client has left."""
        try:
            await Connection(transport, context, self.admission).converse()
        except LinkLost as lost:
            context.log.note(f"the client is gone: {lost}")
        except Refused as refusal:
            self.count(refused=1)
            return refusal
        except Exception:
            self.count(failed=1)
            if self.options.raise_errors:
                raise
            logger.exception("connection %d of the emulator failed", context.number)
            return Refused(INTERNAL, INTERNAL_ERROR)
        return None

    @asynccontextmanager
    async def _dial(self, route: Route) -> AsyncGenerator[Transport, None]:
        log = self.log()
        injector = self.injector(log)
        await self._upgrade(route, injector)
        near, far = memory_transport_pair()
        async with open_service_nursery("the emulated connection is closed") as nursery:

            async def serve() -> None:
                await self.serve(
                    far,
                    platform=route.platform,
                    version=route.version,
                    token=route.token,
                    log=log,
                    injector=injector,
                )

            nursery.start_soon(serve)
            try:
                yield near
            finally:
                near.close(NORMAL)

    def dialer(
        self, *, platform: Platform = Platform.GOOGLE_AI, version: str = "v1beta", token: str | None = None
    ) -> Dialer:
        """A dialer whose every connection is one to this emulation, in memory: no sockets, no real time."""
        return lambda: self._dial(Route(platform, version, token))

    async def _upgrade(self, route: Route, injector: FaultInjector) -> None:
        """Without sockets there is no upgrade that could fail; what a client would be told of it is raised."""
        await trio.lowlevel.checkpoint()
        away = self.admission.refuse_upgrade(route, self.connections.active)
        strike = injector.fail_upgrade()
        status = away.status if away is not None else strike and injector.status_of(strike)
        if status:
            self.count(turned_away=1)
            raise ConnectRejected(f"the emulator refused the connection with HTTP status {status}", code=status)
        if strike is not None and strike.fault == "half_open":
            await trio.sleep(ANSWERED_WITHIN)
            raise ConnectTimeout(f"the emulator did not answer within {ANSWERED_WITHIN:g} s")
        if strike is not None:
            raise ConnectError("the emulator hung up in the middle of the handshake")

    def _context(self, route: Route, log: ConnectionLog, injector: FaultInjector) -> SessionContext:
        return SessionContext(
            number=log.connection,
            route=route,
            log=log,
            outbox=Outbox(log, injector),
            ending=Ending(),
            injector=injector,
            dialect=dialect_for(route.platform, ""),
            heard_at=trio.current_time(),
            persona=self.persona,
            options=self.options,
            encoder=self._encoder,
            handles=self._handles,
            ids=self._ids,
        )


async def serve_transport(
    transport: Transport,
    persona: Persona | None = None,
    *,
    platform: Platform = Platform.GOOGLE_AI,
    version: str = "v1beta",
    on_log: LogHook | None = None,
    **choices: Unpack[Choices],
) -> None:
    """Hold one conversation over a transport; see `Emulation`, which many connections share.

    Raises:
        ConfigError: the options or the persona's recordings cannot be used.
    """
    await Emulation(persona, on_log=on_log, **choices).serve(transport, platform=platform, version=version)


async def _cut(transport: Transport) -> None:
    """End without a close frame. Over sockets nothing is sent: whoever owns the stream closes it next."""
    await trio.lowlevel.checkpoint()
    match transport:
        case MemoryTransport():
            transport.cut()
        case WebSocketTransport():
            pass
        case _:
            await transport.aclose()


async def _close(transport: Transport, refusal: Refused) -> None:
    """Close with a code, where the transport can carry one."""
    code, reason = refusal.code, cut_reason(refusal.reason)
    match transport:
        case MemoryTransport():
            transport.close(code, reason)
        case WebSocketTransport():
            await transport.aclose(code, reason)
        case _:
            with trio.move_on_after(FLUSH_WITHIN):
                await transport.aclose()
