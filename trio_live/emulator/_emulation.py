"""The emulator without its sockets: conversations with one persona, over any transport.

One connection::

    transport ──▶ listen ──▶ Conversation ──▶ Outbox ──▶ write ──▶ transport
                                  │              ▲
                                  └─▶ Turn ──────┘

Three tasks in one nursery; when one of them ends, the connection does. Errors stay inside their connection: the peer
gets 1011, the log the traceback.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final, Unpack

import attrs
import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.emulator._conversation import Conversation
from trio_live.emulator._log import Direction, Journal, LogHook, logger, summarise
from trio_live.emulator._names import Names
from trio_live.emulator._options import Choices, EmulatorOptions
from trio_live.emulator._outbox import Outbox
from trio_live.emulator._persona import Persona
from trio_live.emulator._persona_file import bundled_persona
from trio_live.emulator._refusals import (
    GOING_AWAY,
    INTERNAL,
    INTERNAL_ERROR,
    INVALID,
    NORMAL,
    Refused,
    cut_reason,
    invalid,
)
from trio_live.emulator._resumption import Handles
from trio_live.emulator._setup_rules import Place, refuse_setup
from trio_live.emulator._speech import Studio
from trio_live.emulator._stage import Stage
from trio_live.emulator._voice_bank import EMPTY_BANK, load_voice_bank
from trio_live.errors import LinkLost, RemoteProtocolError
from trio_live.transport import Dialer, MemoryTransport, Transport, WebSocketTransport, memory_transport_pair
from trio_live.wire import ClientMessage, Platform, decode_client_message

FLUSH_WITHIN: Final[Seconds] = 2.0
"""How long a client that is being refused may take to read what was sent before."""
FAREWELL_WITHIN: Final[Seconds] = 0.1
"""How long telling a client may take when everything is being cancelled; its answer can no longer be read."""
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
        bank = load_voice_bank(self.persona.voice) if self.persona.voice else EMPTY_BANK
        self.connections = ConnectionStatistics()
        self._studio = Studio(bank, text_frames=self.options.text_frames, indent=self.options.indent)
        self._on_log = on_log
        self._handles = Handles()
        self._names = Names()
        self._numbers = itertools.count(1)
        self._changed = trio.lowlevel.ParkingLot()

    def journal(self) -> Journal:
        """The log of a new connection."""
        return Journal(next(self._numbers), self._on_log, trio.current_time)

    def count(self, **change: int) -> None:
        """Change the statistics by so much."""
        counts = {name: getattr(self.connections, name) + by for name, by in change.items()}
        self.connections = attrs.evolve(self.connections, **counts)
        self._changed.unpark_all()

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
        journal: Journal | None = None,
    ) -> None:
        """Hold one conversation, until the client leaves or is refused; then close the transport.

        Args:
            transport: a connection whose first message will be the setup.
            platform: the platform to play.
            version: the API version the client addressed.
            journal: the connection's log; a new one when none is given.

        Raises:
            Exception: whatever broke, with ``raise_errors``; the transport is then left to whoever opened it.

        Cancellation: the client is told that the server goes away.
        """
        stage = self._stage(Place(platform, version), journal or self.journal())
        self.count(accepted=1, active=1)
        self._handles.connected(stage.number)
        try:
            refusal = await self._outcome(transport, stage)
        except trio.Cancelled:
            with trio.CancelScope(shield=True), trio.move_on_after(FAREWELL_WITHIN):
                await _close(transport, Refused(GOING_AWAY, ""))
            raise
        finally:
            self._handles.ended(stage.number)
            self.count(active=-1)
        if refusal is not None:
            stage.journal.write(Direction.SENT, f"close {refusal}")
        with trio.CancelScope(shield=True):
            await _close(transport, refusal or Refused(NORMAL, ""))

    async def _outcome(self, transport: Transport, stage: Stage) -> Refused | None:
        """Why the connection is to be closed; ``None`` when the client has left."""
        try:
            await self._converse(transport, stage)
        except LinkLost as lost:
            stage.journal.note(f"the client is gone: {lost}")
        except Refused as refusal:
            self.count(refused=1)
            return refusal
        except Exception:
            self.count(failed=1)
            if self.options.raise_errors:
                raise
            logger.exception("connection %d of the emulator failed", stage.number)
            return Refused(INTERNAL, INTERNAL_ERROR)
        return None

    @asynccontextmanager
    async def _dial(self, platform: Platform, version: str) -> AsyncGenerator[Transport, None]:
        near, far = memory_transport_pair()
        async with open_service_nursery("the emulated connection is closed") as nursery:

            async def serve() -> None:
                await self.serve(far, platform=platform, version=version)

            nursery.start_soon(serve)
            try:
                yield near
            finally:
                near.close(NORMAL)

    def dialer(self, *, platform: Platform = Platform.GOOGLE_AI, version: str = "v1beta") -> Dialer:
        """A dialer whose every connection is one to this emulation, in memory: no sockets, no real time."""
        return lambda: self._dial(platform, version)

    def _stage(self, place: Place, journal: Journal) -> Stage:
        return Stage(
            number=journal.connection,
            place=place,
            journal=journal,
            outbox=Outbox(journal),
            persona=self.persona,
            options=self.options,
            studio=self._studio,
            handles=self._handles,
            names=self._names,
        )

    async def _converse(self, transport: Transport, stage: Stage) -> None:
        listening = trio.CancelScope()

        async def write() -> None:
            try:
                await stage.outbox.write_to(transport)
            except LinkLost as lost:
                stage.journal.note(f"cannot write: {lost}")
                cancel(listening, "the client is gone")

        async with open_service_nursery("the connection is over") as nursery:
            nursery.start_soon(write)
            try:
                with listening:
                    await self._listen(transport, stage, nursery)
            except Refused:
                with trio.move_on_after(FLUSH_WITHIN):
                    await stage.outbox.wait_empty()
                raise

    async def _listen(self, transport: Transport, stage: Stage, nursery: trio.Nursery) -> None:
        conversation: Conversation | None = None
        while True:
            for frame in await transport.receive():
                message = self._read(frame, stage)
                if conversation is None:
                    conversation = self._open(message, stage, nursery)
                else:
                    conversation.receive(message)
            await stage.outbox.wait_room()

    def _read(self, frame: bytes | str, stage: Stage) -> ClientMessage:
        try:
            message = decode_client_message(frame, strict=self.options.strict)
        except RemoteProtocolError as problem:
            reason = str(problem)
            stage.journal.write(Direction.RECEIVED, "what cannot be read")
            raise Refused(
                INVALID, reason if reason.startswith("Invalid") else f"Invalid JSON payload received. {reason}"
            ) from None
        if stage.journal.is_kept:
            summary, is_media = summarise(message)
            stage.journal.write(Direction.RECEIVED, summary, is_media=is_media)
        return message

    def _open(self, message: ClientMessage, stage: Stage, nursery: trio.Nursery) -> Conversation:
        if message.setup is None:
            raise invalid("The first message must be a setup.")
        options = self.options
        refusal = refuse_setup(message.setup, stage.place, models=options.models, strict=options.strict)
        if refusal is not None:
            raise refusal
        return Conversation(stage, message.setup, nursery)


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
