"""The life of one connection, from its acceptance to its close.

Errors stay inside their connection: the peer gets 1011, the log the traceback.
"""

from __future__ import annotations

import itertools
from typing import Final

import attrs
import trio

from trio_live._typing import Seconds
from trio_live.emulator._access import Admission, RestDoor
from trio_live.emulator._audio import FrameEncoder
from trio_live.emulator._connections import Connections
from trio_live.emulator._faults import FaultInjector
from trio_live.emulator._log import ConnectionLog, Direction, logger
from trio_live.emulator._options import EmulatorOptions
from trio_live.emulator._persona import Persona, voice_bank_of
from trio_live.emulator._service import (
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
from trio_live.emulator._session import Connection, Ending, Outbox, ResumptionHandles, SessionContext
from trio_live.emulator._speech import recognition_for, synthesis_for
from trio_live.errors import LinkLost
from trio_live.transport import MemoryTransport, Transport, WebSocketTransport

FLUSH_WITHIN: Final[Seconds] = 2.0
"""How long a transport of another kind may take to close."""
FAREWELL_WITHIN: Final[Seconds] = 0.1
"""How long telling a client may take when everything is being cancelled; its answer can no longer be read."""


class Lifecycle:
    """Holds the connections of one emulator; keeps what they share.

    Args:
        persona: who answers.
        options: how the emulator behaves.
        connections: where connections are counted.

    Raises:
        ConfigError: the persona's recordings cannot be used, or what is to hear or to speak is not installed.
    """

    def __init__(self, persona: Persona, options: EmulatorOptions, connections: Connections) -> None:
        self._persona = persona
        self._options = options
        self._connections = connections
        self._recognition = recognition_for(options.hearing, options.least_confidence, persona.least_confidence)
        self._synthesis = synthesis_for(options.speaking)
        self._encoder = FrameEncoder(
            voice_bank_of(persona),
            text_frames=options.text_frames,
            indent=options.indent,
            spoken=None if self._synthesis is None else self._synthesis.find,
        )
        self._handles = ResumptionHandles()
        self._ids = IdSource()
        self._attempts = itertools.count(1)
        self.admission = Admission(options, self._ids)
        """Who may come in."""
        self.rest = RestDoor(persona, options, self.admission)
        """Who answers what is no WebSocket."""

    @property
    def understands(self) -> bool:
        """Whether what is said by voice is made out."""
        return self._recognition is not None

    async def load_models(self) -> None:
        """Load what hears and speaks, so that the first caller need not wait for it. Always a checkpoint.

        Cancellation: comes through when a model is loaded.
        """
        await trio.lowlevel.checkpoint()
        if self._recognition is not None:
            await self._recognition.workers.load()
        if self._synthesis is not None:
            await self._synthesis.workers.load()

    def new_injector(self, log: ConnectionLog) -> FaultInjector:
        """What makes the next connection go wrong; for every attempt to connect there is one."""
        strikes = self._options.faults.on(next(self._attempts))
        return FaultInjector(strikes, log.note, self._options.time_scale)

    async def hold(self, transport: Transport, route: Route, log: ConnectionLog, injector: FaultInjector) -> None:
        """Hold one conversation, until the client leaves or is refused; then close the transport.

        Args:
            transport: a connection whose first message will be the setup.
            route: what the client addressed.
            log: the connection's.
            injector: makes it go wrong.

        Raises:
            Exception: whatever broke, with ``raise_errors``; the transport is then left to whoever opened it.

        Cancellation: the client is told that the server goes away.
        """
        platform = self._options.dialect or route.platform
        played = attrs.evolve(route, platform=platform, addressed=route.platform)
        context = self._context(played, log, injector)
        with self._connections.open():
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
        if refusal is not None:
            log.write(Direction.SENT, f"close {refusal}" + (f" ({refusal.why})" if refusal.why else ""))
        with trio.CancelScope(shield=True):
            if context.ending.is_cut:
                await _cut(transport)
            elif not injector.is_deaf:
                await _close(transport, refusal or Refused(NORMAL, ""))

    async def _outcome(self, transport: Transport, context: SessionContext) -> Refused | None:
        """Why the connection is to be closed; ``None`` when the client has left."""
        try:
            await Connection(transport, context, self.admission).converse()
        except LinkLost as lost:
            context.log.note(f"the client is gone: {lost}")
        except Refused as refusal:
            self._connections.count(refused=1)
            return refusal
        except Exception:
            self._connections.count(failed=1)
            if self._options.raise_errors:
                raise
            logger.exception("connection %d of the emulator failed", context.number)
            return Refused(INTERNAL, INTERNAL_ERROR)
        return None

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
            persona=self._persona,
            options=self._options,
            encoder=self._encoder,
            recognition=self._recognition,
            synthesis=self._synthesis,
            handles=self._handles,
            ids=self._ids,
        )


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
