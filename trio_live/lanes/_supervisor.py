"""One connection after the other, and between them one session. What is decided here is decided in `resilience`.

::

      ┌──▶ dial ──▶ setup ──▶ serve ──▶ lost, or left in time ──┐
      │                                                          │ decide
      └── wait ◀── tell ◀── cut: finish what cannot go on ◀──────┤
                                                                 └──▶ give up: the session is over

Each connection has a nursery of its own, and all its timers live there, so nothing of an old one can touch a new one. The
old socket is closed before the new one is dialled: a server refuses to resume what it believes to be connected.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from functools import cached_property, partial

import attrs
import trio

from trio_live import wire_events
from trio_live._continuation import Continuation
from trio_live.errors import ConnectError, ConnectRejected, LinkLost
from trio_live.events._internal import ActivityStart, Command, SendClientContent, SendToolResponse
from trio_live.lanes._delivery import EventHandler
from trio_live.lanes._link import Events, Link
from trio_live.lanes._parts import SessionParts
from trio_live.resilience import Kind
from trio_live.resilience._internal import (
    STEADY,
    Dial,
    Gap,
    GiveUp,
    Means,
    Stage,
    decide,
    kind_of,
    next_dial,
    renewing,
    words_of,
)
from trio_live.session import CloseKind, CloseRow
from trio_live.session._internal import Start, classify_close, takes_history

logger = logging.getLogger("trio_live.session")

ENDED = "this side ended the session"
RENEWED = "this side left it: what has changed can only be said in a new setup"
LEFT = "this side left it: the server had said that it would close it"


@attrs.frozen
class Loss:
    """How a connection ended, or did not come up."""

    row: CloseRow
    words: str
    lost: LinkLost
    was_refused: bool = False
    """It did not come up."""

    @property
    def reason(self) -> str:
        """In one sentence."""
        return self.words if self.was_refused else f"{self.row.meaning} ({self.words})"


class Supervisor:
    """Keeps one session connected.

    Args:
        parts: of the session.
        handler: knows what the talk is, and says goodbye.
    """

    def __init__(self, parts: SessionParts, handler: EventHandler) -> None:
        self._plan = parts.plan
        self._protocol = parts.protocol
        self._router = parts.router
        self._outbound = parts.outbound
        self._lifetime = parts.lifetime
        self._links = parts.links
        self._renewal = parts.renewal
        self._note = parts.note
        self._handler = handler
        self._policy = parts.plan.reconnect
        self._gap: Gap | None = None
        self._news: Events = ()
        self._open_activity = False

    @cached_property
    def _dice(self) -> random.Random:
        """Most sessions lose no connection, and chance takes as much memory as a task."""
        return self._policy.dice()

    async def run(self) -> Loss | None:
        """Hold connections until the session is to end.

        Returns:
            How the last one was lost; ``None`` when this side ended the session, or it was never connected.
        """
        dial: Dial | None = None
        while True:
            link = self._link()
            failure = await self._hold(link, dial)
            if failure is not None and not self._lifetime.connected:
                self._lifetime.fail(failure)
                break
            if self._lifetime.ending.is_set() and link.lost is None:
                self._links.down(ENDED, None)
                break
            loss = self._loss(link, failure)
            left = (RENEWED if self._renewal.is_set() else LEFT) if link.was_left else None
            self._links.down(left or loss.reason, None if left else loss.lost)
            verdict = self._decide(link, loss, dial)
            if isinstance(verdict, GiveUp):
                return attrs.evolve(loss, words=f"{loss.words}; {verdict.why}") if verdict.why else loss
            dial = verdict
            self._cut(link, left or loss.reason, dial)
        return None

    def _link(self) -> Link:
        return Link(
            self._plan,
            self._protocol,
            self._router,
            self._outbound,
            ending=self._lifetime.ending,
            farewell=self._handler.farewell,
            close=lambda: self._outbound.close(self._lifetime.reason),
            stop=self._lifetime.fail,
            rotates=self._policy.rotate,
            renewal=self._renewal,
        )

    async def _hold(self, link: Link, dial: Dial | None) -> ConnectError | None:
        """One connection, from what is to be told before it to its end; returns why it did not come up, if it did not."""
        self._links.dial()
        try:
            with self._lifetime.dial():
                if dial is not None:
                    await self._bridge(dial)
                await link.run(partial(self._begin, dial), self._first_frames, partial(self._up, dial))
        except ConnectError as error:
            return error
        return None

    # -- up -----------------------------------------------------------------------------------------------------

    def _begin(self, dial: Dial | None) -> tuple[str, Events]:
        """The setup, as things stand now."""
        if dial is None:
            return self._protocol.begin()
        self._renewal.clear()
        self._outbound.fold()
        frame, news = self._protocol.begin(Start(dial.continuation, dial.handle))
        self._handler.begin_again(self._protocol.setup)
        return frame, news

    def _first_frames(self) -> list[str]:
        """What the server is told before everything else: the talk so far, if it knows nothing of it."""
        resumption = self._protocol.resumption
        if resumption.continuation is not Continuation.RESEEDED:
            return []
        history = SendClientContent(tuple(self._handler.history()), turn_complete=resumption.is_seeding)
        return self._protocol.send(history)[0] if history.turns else []

    def _up(self, dial: Dial | None) -> None:
        self._lifetime.connect()
        self._links.up()
        setup = self._protocol.setup
        indexed = setup.session_resumption is not None and bool(setup.session_resumption.transparent)
        first: list[Command] = []
        if dial is not None:
            redelivery = self._outbound.unconfirmed.lost(dial.continuation)
            first = [ActivityStart()] if self._open_activity else []
            first += [rest for each in redelivery.again if (rest := self._known(each)) is not None]
            for kind, text in redelivery.undecided:
                self._note(wire_events.Undelivered(kind.value, text))
        self._outbound.go_on(first, indexed=indexed)

    def _known(self, command: Command) -> Command | None:
        """A command without answers to calls that the server of this connection does not know; they are told."""
        if not isinstance(command, SendToolResponse):
            return command
        known = [each for each in command.responses if each.will_continue or self._protocol.calls.is_accepted(each)]
        for answer in command.responses:
            if not any(answer is each for each in known):
                self._note(wire_events.Undelivered(Kind.ANSWER.value, answer.name))
        return SendToolResponse(tuple(known)) if known else None

    # -- down ---------------------------------------------------------------------------------------------------

    def _loss(self, link: Link, failure: ConnectError | None) -> Loss:
        """What an end comes to. What the server has taught meanwhile makes another dial worth its while."""
        code, reason = (failure.code, failure.reason) if isinstance(failure, ConnectRejected) else (None, "")
        lost = link.lost or LinkLost(1006 if code is None else code, reason or str(failure or LEFT))
        row = classify_close(lost.code, lost.reason) if code or failure is None else classify_close(1006, "")
        learnt = self._protocol.learn(lost)
        words = str(lost if failure is None else failure)
        if learnt is not None:
            row, words = attrs.evolve(row, kind=CloseKind.RETRY), f"{words}; {learnt}"
        return Loss(row, words, lost, failure is not None)

    def _decide(self, link: Link, loss: Loss, dial: Dial | None) -> Dial | GiveUp:
        now, handles = trio.current_time(), self._protocol.resumption.handles
        means = Means(
            policy=self._policy,
            platform=self._protocol.abilities.platform,
            has_history=takes_history(self._protocol.abilities) and bool(self._handler.history()),
        )
        if link.was_left and self._renewal.is_set():
            self._gap = Gap(since=now)
            return renewing(means)
        if link.was_left:
            self._gap = Gap(since=now, handles=handles)
            return next_dial(self._gap, means, now=now)
        goes_on = loss.was_refused or (self._gap is not None and link.lived < STEADY)
        gap = self._gap if goes_on and self._gap is not None else Gap(since=now, handles=handles)
        self._gap, verdict = decide(
            gap,
            loss.row,
            Stage.DIALLING if loss.was_refused else Stage.SERVING,
            means,
            now=now,
            chance=self._dice.random(),
            tried=dial if goes_on else None,
        )
        return verdict

    def _cut(self, link: Link, reason: str, dial: Dial) -> None:
        """Finish what cannot go on in another connection, and keep what can."""
        if link.was_up:
            self._open_activity = self._protocol.activity_open
        level = logging.INFO if link.was_left else logging.WARNING
        logger.log(level, "%s; dialling again in %.1f s (%d)", reason, dial.delay, dial.attempt)
        self._outbound.pause()
        self._news = [*self._protocol.cut(), wire_events.Reconnecting(reason, dial.attempt, dial.delay)]

    async def _bridge(self, dial: Dial) -> None:
        """Tell of the loss, and wait."""
        await self._outbound.tell_left_over()
        await self._router.route_all(self._news)
        await trio.sleep(dial.delay)

    # -- out ----------------------------------------------------------------------------------------------------

    def undelivered(self) -> Sequence[wire_events.SessionEvent]:
        """What was said and will not be heard, now that the session is over."""
        redelivery = self._outbound.unconfirmed.lost(Continuation.LOST)
        never = [*redelivery.again, *self._outbound.waiting]
        told = [*redelivery.undecided, *((kind_of(each, self._protocol.abilities), words_of(each)) for each in never)]
        return [wire_events.Undelivered(kind.value, text) for kind, text in told if text]
