"""One connection, from its first message to its last: who listens, who writes, and what ends it.

::

    transport ──▶ listen ──▶ Conversation ──▶ Outbox ──▶ write ──▶ transport
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
from trio_live.emulator._conversation import Conversation
from trio_live.emulator._dialect import dialect_for
from trio_live.emulator._faults import Point
from trio_live.emulator._habits import habits_for, makes_mute, model_playing
from trio_live.emulator._lifetimes import grow_old, watch_silence
from trio_live.emulator._locks import locked_setup
from trio_live.emulator._log import Direction, summarise
from trio_live.emulator._reception import Reception
from trio_live.emulator._refusals import INVALID, Refused, invalid
from trio_live.emulator._setup_rules import refuse_setup
from trio_live.emulator._stage import Stage
from trio_live.emulator._tokens import late
from trio_live.errors import LinkLost, RemoteProtocolError
from trio_live.transport import Transport
from trio_live.wire import ClientMessage, Setup, decode_client_message, evolve

FLUSH_WITHIN: Final[Seconds] = 2.0
"""How long a client that is being refused may take to read what was sent before."""


class Connection:
    """One client.

    Args:
        transport: what connects it.
        stage: what it works with.
        reception: who knows about tokens and other sessions.
    """

    def __init__(self, transport: Transport, stage: Stage, reception: Reception) -> None:
        self._transport = transport
        self._stage = stage
        self._reception = reception
        self._terms = reception.terms(stage.place.token)
        self._conversation: Conversation | None = None
        self._is_set_up = False

    async def converse(self) -> None:
        """Hold the conversation.

        Raises:
            LinkLost: the client has left.
            Refused: it is to be closed.
        """
        stage = self._stage
        async with open_service_nursery("the connection is over") as nursery:
            nursery.start_soon(self._write)
            stage.saboteur.attach(stage.ending, nursery, stage.outbox.put)
            self._start_clocks(nursery)
            try:
                with stage.ending.listening:
                    await self._listen(nursery)
            except Refused as refusal:
                stage.ending.refuse(refusal)
            if stage.ending.has_come:
                with trio.move_on_after(FLUSH_WITHIN):
                    await stage.outbox.wait_empty()
        if stage.ending.refusal is not None:
            raise stage.ending.refusal

    def _start_clocks(self, nursery: trio.Nursery) -> None:
        options = self._stage.options
        if options.connection_lifetime is not None:
            nursery.start_soon(grow_old, self._stage, options.connection_lifetime)
        if options.idle_timeout is not None:
            nursery.start_soon(watch_silence, self._stage, options.idle_timeout)

    async def _write(self) -> None:
        try:
            await self._stage.outbox.write_to(self._transport)
        except LinkLost as lost:
            self._stage.journal.note(f"cannot write: {lost}")
            cancel(self._stage.ending.listening, "the client is gone")

    async def _listen(self, nursery: trio.Nursery) -> None:
        saboteur = self._stage.saboteur
        while True:
            if saboteur.read_delay:
                await trio.sleep(saboteur.read_delay)
            for frame in await self._transport.receive():
                if saboteur.is_deaf:
                    continue
                self._stage.heard_at = trio.current_time()
                message = self._read(frame)
                if not self._is_set_up:
                    self._open(message, nursery)
                elif self._conversation is not None:
                    self._conversation.receive(message)
            await self._stage.outbox.wait_room()

    def _read(self, frame: bytes | str) -> ClientMessage:
        journal = self._stage.journal
        if self._terms is not None and (refusal := late(self._terms, self._reception.now())) is not None:
            raise refusal
        try:
            message = decode_client_message(frame, strict=self._stage.options.strict)
        except RemoteProtocolError as problem:
            journal.write(Direction.RECEIVED, "what cannot be read")
            raise _unreadable(problem) from None
        if journal.is_kept:
            summary, is_media = summarise(message)
            journal.write(Direction.RECEIVED, summary, is_media=is_media)
        return message

    def _open(self, message: ClientMessage, nursery: trio.Nursery) -> None:
        if message.setup is None:
            raise invalid("The first message must be a setup.")
        stage = self._stage
        setup = self._settled(message.setup)
        habits = habits_for(setup.model)
        self._is_set_up = True
        if makes_mute(setup, habits):
            stage.journal.note("this model never answers such a setup")
            return
        options = stage.options
        refusal = refuse_setup(setup, stage.place, models=options.models, strict=options.strict)
        resumption = setup.session_resumption
        refusal = refusal or self._reception.refuse_session(
            stage.number, stage.place, resuming=bool(resumption and resumption.handle)
        )
        if refusal is not None:
            raise refusal
        stage.dialect = dialect_for(stage.place.platform, setup.model)
        stage.saboteur.reached(Point.SETUP)
        if not stage.ending.has_come:
            self._conversation = Conversation(stage, setup, habits, nursery)

    def _settled(self, setup: Setup) -> Setup:
        """The setup with what a token has locked, and with the model that is to be played."""
        if self._terms is not None:
            try:
                setup = locked_setup(setup, self._terms)
            except RemoteProtocolError as problem:
                raise _unreadable(problem) from None
        profile = self._stage.options.model_profile
        return setup if profile is None else evolve(setup, model=model_playing(setup.model, profile))


def _unreadable(problem: RemoteProtocolError) -> Refused:
    reason = str(problem)
    return Refused(INVALID, reason if reason.startswith("Invalid") else f"Invalid JSON payload received. {reason}")
