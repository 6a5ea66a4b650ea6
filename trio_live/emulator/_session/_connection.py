"""One connection, from its first message to its last: who listens, who writes, and what ends it.

::

    transport ──▶ listen ──▶ ClientMessageHandler ──▶ Outbox ──▶ write ──▶ transport
                                  │              ▲
                                  ├─▶ Turn ──────┤
       the clocks of its life ────┴──────────────┘

All tasks live in one nursery. The client ends it by leaving; everything else that ends it says so to the `Ending`.
"""

from __future__ import annotations

from typing import Final

import trio

from trio_live._tasks import cancel, open_service_nursery
from trio_live._typing import Seconds
from trio_live.emulator._access import Admission, expired, locked_setup
from trio_live.emulator._faults import Point
from trio_live.emulator._log import Direction, summarise
from trio_live.emulator._service import (
    INVALID,
    Refused,
    SessionSettings,
    dialect_for,
    invalid,
    makes_mute,
    model_playing,
    refuse_bulk,
    refuse_setup,
    refuse_text,
)
from trio_live.emulator._session._client_messages import ClientMessageHandler
from trio_live.emulator._session._context import SessionContext
from trio_live.emulator._session._lifetimes import limit_age, limit_idleness
from trio_live.errors import LinkLost, RemoteProtocolError
from trio_live.transport import Transport
from trio_live.wire import ClientMessage, Setup, decode_client_message
from trio_live.wire._internal import evolve

FLUSH_WITHIN: Final[Seconds] = 2.0
"""How long a client that is being refused may take to read what was sent before."""


class Connection:
    """One client.

    Args:
        transport: what connects it.
        context: what it works with.
        admission: who knows about tokens and other sessions.
    """

    def __init__(self, transport: Transport, context: SessionContext, admission: Admission) -> None:
        self._transport = transport
        self._context = context
        self._admission = admission
        self._terms = admission.terms(context.route.token)
        self._messages: ClientMessageHandler | None = None
        self._is_set_up = False

    async def converse(self) -> None:
        """Hold the conversation.

        Raises:
            LinkLost: the client has left.
            Refused: it is to be closed.
        """
        context = self._context
        async with open_service_nursery("the connection is over") as nursery:
            nursery.start_soon(self._write)
            context.injector.attach(context.ending, nursery, context.outbox.put)
            self._start_clocks(nursery)
            try:
                with context.ending.listening:
                    await self._listen(nursery)
            except Refused as refusal:
                context.ending.refuse(refusal)
            if context.ending.has_come:
                with trio.move_on_after(FLUSH_WITHIN):
                    await context.outbox.wait_empty()
        if context.ending.refusal is not None:
            raise context.ending.refusal

    def _start_clocks(self, nursery: trio.Nursery) -> None:
        options = self._context.options
        if options.connection_lifetime is not None:
            nursery.start_soon(limit_age, self._context, options.connection_lifetime)
        if options.idle_timeout is not None:
            nursery.start_soon(limit_idleness, self._context, options.idle_timeout)

    async def _write(self) -> None:
        try:
            await self._context.outbox.write_to(self._transport)
        except LinkLost as lost:
            self._context.log.note(f"cannot write: {lost}")
            cancel(self._context.ending.listening, "the client is gone")

    async def _listen(self, nursery: trio.Nursery) -> None:
        injector = self._context.injector
        while True:
            if injector.read_delay:
                await trio.sleep(injector.read_delay)
            for frame in await self._transport.receive():
                if injector.is_deaf:
                    continue
                self._context.heard_at = trio.current_time()
                message = self._read(frame)
                if not self._is_set_up:
                    self._open(message, nursery)
                elif self._messages is not None:
                    self._messages.receive(message)
            await self._context.outbox.wait_room()

    def _read(self, frame: bytes | str) -> ClientMessage:
        log = self._context.log
        if self._terms is not None and (refusal := expired(self._terms, self._admission.now())) is not None:
            raise refusal
        if (bulk := refuse_bulk(frame)) is not None:
            log.write(Direction.RECEIVED, "what is too much to read", frame=frame)
            raise bulk
        try:
            message = decode_client_message(frame, strict=self._context.options.strict)
        except RemoteProtocolError as problem:
            log.write(Direction.RECEIVED, "what cannot be read", frame=frame)
            raise _unreadable(problem) from None
        if log.is_kept:
            summary, is_media = summarise(message)
            log.write(Direction.RECEIVED, summary, is_media=is_media, frame=frame)
        if (too_long := refuse_text(message, len(frame))) is not None:
            raise too_long
        return message

    def _open(self, message: ClientMessage, nursery: trio.Nursery) -> None:
        if message.setup is None:
            raise invalid("The first message must be a setup.")
        context = self._context
        setup = self._settled(message.setup)
        route = context.route
        settings = SessionSettings(setup=setup, platform=route.platform, version=route.version)
        self._is_set_up = True
        if makes_mute(setup, settings.behaviour):
            context.log.note("this model never answers such a setup")
            return
        options = context.options
        refusal = refuse_setup(setup, route, models=options.models, strict=options.strict)
        resumption = setup.session_resumption
        refusal = refusal or self._admission.refuse_session(
            context.number, route, resuming=bool(resumption and resumption.handle)
        )
        if refusal is not None:
            raise refusal
        context.dialect = dialect_for(route.platform, setup.model)
        context.injector.reached(Point.SETUP)
        if not context.ending.has_come:
            self._messages = ClientMessageHandler(context, settings, nursery)

    def _settled(self, setup: Setup) -> Setup:
        """The setup with what a token has locked, and with the model that is to be played."""
        if self._terms is not None:
            try:
                setup = locked_setup(setup, self._terms)
            except RemoteProtocolError as problem:
                raise _unreadable(problem) from None
        profile = self._context.options.model_profile
        return setup if profile is None else evolve(setup, model=model_playing(setup.model, profile))


def _unreadable(problem: RemoteProtocolError) -> Refused:
    reason = str(problem)
    return Refused(INVALID, reason if reason.startswith("Invalid") else f"Invalid JSON payload received. {reason}")
