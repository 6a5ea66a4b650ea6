"""Transfers from one agent to another.

::

    asked ──▶ settle: what answers calls comes to its end ──▶ due ──▶ on the control lane:
              (beside the lane, bounded)                             on_exit of the old agent's phase
                                                                     │ commit: who speaks, its phases, its functions
                                                                     on_enter of the new agent's first phase
                                                                     the model is told, and prompted once
                                                                     on_transfer, then the event

Whatever interrupts the first hook leaves the call with the old agent, and whatever interrupts the second leaves it with
the new one. A call of a function that only the old one has is refused from the commit on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import trio

from trio_live import events, wire_events
from trio_live._typing import Seconds
from trio_live.control._conversation import Agent, Conversation, Roster, TransferWish, WishMade, run_steps
from trio_live.control._handover._saying import Handing
from trio_live.conversation import TranscriptWindow
from trio_live.errors import ConfigError, SessionClosed
from trio_live.handoff import TransferPlan, plan_transfer
from trio_live.handoff._internal import (
    already_there,
    name_wanted,
    reason_given,
    second_wish,
    unknown_agent,
)
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import CallScope, Dispatcher, RawWriter, RunningCalls, is_quiet
from trio_live.phases import TransitionResult
from trio_live.phases._internal import declared_names
from trio_live.resilience import Kind
from trio_live.session._internal import Answered, SessionProtocol, voice_of
from trio_live.wire import FunctionCall, FunctionResponse

SETTLE_WITHIN: Final[Seconds] = 5.0
"""So long a transfer waits for functions that run, and where it needs another connection, for a pause. What takes longer
goes on, and is answered when it is done."""
LOOKS_EVERY: Final[Seconds] = 0.1


class Handover:
    """Makes the transfers of one session.

    Args:
        talk: the conversation.
        roster: its agents.
        handing: tells the model.
        protocol: knows the setup, the calls, and what goes on.
        dispatcher: calls user code.
        writer: the raw writer, for hooks.
        callbacks: the user's.
        running: knows what answers calls just now.
        publish: publishes a live event.
        note: puts an event of our own on the control lane.
        beside: runs a function in a task of the session.
        words_are_read: the model has shown that it has read the typed words before its call.
        window: the transcript, as hooks see it.
        refit: has the parts of the session follow the agent who speaks; no checkpoint.
    """

    def __init__(
        self,
        talk: Conversation,
        roster: Roster,
        handing: Handing,
        *,
        protocol: SessionProtocol,
        dispatcher: Dispatcher,
        writer: RawWriter,
        callbacks: EventCallbacks,
        running: RunningCalls,
        publish: Callable[[events.LiveEvent], None],
        note: Callable[[wire_events.SessionEvent], None],
        beside: Callable[..., None],
        words_are_read: Callable[[], None],
        window: Callable[[], TranscriptWindow],
        refit: Callable[[], None],
    ) -> None:
        self._talk = talk
        self._roster = roster
        roster.ask = self.ask
        self._handing = handing
        self._protocol = protocol
        self._dispatcher = dispatcher
        self._writer = writer
        self._callbacks = callbacks
        self._running = running
        self._publish = publish
        self._note = note
        self._beside = beside
        self._words_are_read = words_are_read
        self._window = window
        self._refit = refit

    # -- asking -------------------------------------------------------------------------------------------------

    async def by_calls(self, calls: Sequence[FunctionCall]) -> list[Answered]:
        """The model asks. The first transfer that can be made is made; the others are refused.

        Returns:
            What is to be answered; nothing to a call whose connection is left for the transfer.

        Cancellation: the session is ending.
        """
        answered = list[Answered]()
        for number, call in enumerate(calls):
            wish = TransferWish(name_wanted(call), reason_given(call), call)
            wish.answer = self._refusal(wish, call)
            if wish.answer is None and (self._roster.wishes or number):
                wish.answer = second_wish(call)
            if wish.answer is None:
                wish.words = self._heard()
                self._roster.wishes.append(wish)
                await self._until_due(wish)
                await wish.over.wait()
            if wish.answer is not None:
                answered.append(Answered(call, wish.answer))
        return answered

    def _heard(self) -> str:
        """What the user has said in this turn. From now on it is this side's to say it again, should that be needed."""
        self._words_are_read()
        turns = self._talk.buffer.snapshot_window_with_current(0, 0.0).turns
        return turns[-1].user.strip() if turns else ""

    def ask(self, target: str, reason: str, asked_in: CallScope | None) -> trio.Event | None:
        """The program asks; returns what is set when it is done, ``None`` where there is nothing to do.

        Args:
            target: the agent.
            reason: why.
            asked_in: the function call in which it asks, if it does. It is done when that has returned.

        Raises:
            ConfigError: there is no such agent.
        """
        if target not in self._roster.agents:
            raise ConfigError(f"there is no agent {target!r}; there are: {', '.join(self._roster.agents)}")
        if target == self._roster.current.name and not self._roster.wishes:
            return None
        wish = TransferWish(target, reason, asked_in=asked_in)
        self._roster.wishes.append(wish)
        if asked_in is None:
            self._beside(self._until_due, wish)
        return wish.over

    async def returned(self, scope: CallScope) -> None:
        """What answers some calls has returned: the transfers that it asked for are made, before it is answered.

        Cancellation: they are made all the same.
        """
        for wish in [wish for wish in self._roster.wishes if wish.asked_in is scope]:
            wish.asked_in = None
            self._beside(self._until_due, wish)
            await wish.over.wait()

    async def _until_due(self, wish: TransferWish) -> None:
        """Let what answers calls come to its end; and where the connection is to be left, what is being said."""
        with trio.move_on_after(SETTLE_WITHIN):
            await self._running.settled()
            if wish.call is None and self._plan(wish, self._roster.agents[wish.target]).reconnects:
                while not is_quiet(self._protocol):  # noqa: ASYNC110 - of many things, which tell nobody of it
                    await trio.sleep(LOOKS_EVERY)
        wish.is_due = True
        self._note(WishMade())

    # -- on the lane --------------------------------------------------------------------------------------------

    async def fulfil(self) -> None:
        """Make the transfers that are due.

        Cancellation: one that had begun is wholly with the old agent or wholly with the new.
        """
        while (wish := next((each for each in self._roster.wishes if each.is_due), None)) is not None:
            try:
                await self._make(wish)
            except SessionClosed:
                await trio.lowlevel.checkpoint()
            finally:
                self._roster.wishes.remove(wish)
                wish.over.set()

    async def _make(self, wish: TransferWish) -> None:
        talk, roster = self._talk, self._roster
        agent = roster.agents[wish.target]
        if wish.call is not None and not self._protocol.calls.is_open(wish.call):
            if wish.words and self._protocol.calls.is_wanted(wish.call):  # it was lost with its connection
                self._note(wire_events.Undelivered(Kind.WORDS.value, wish.words))
            return
        if agent is roster.current:
            wish.answer = None if wish.call is None else self._refusal(wish, wish.call)
            return
        plan, before = self._plan(wish, agent), roster.current.name
        if talk.machine is not None:
            await run_steps(talk.machine.leave(), self._dispatcher, talk.state, self._writer)
        talk.take_over(agent, trio.current_time())
        self._refit()
        try:
            entry = await self._enter()
            if wish.call is not None and not self._protocol.calls.knows(wish.call):
                plan = self._without_call(wish, wish.call, agent)
            await self._handing.say(plan, wish, agent, entry)
            mode = self._callbacks.on_transfer_mode
            await self._dispatcher.run("on_transfer", self._callbacks.on_transfer, before, agent.name, mode=mode)
        finally:
            self._publish(events.AgentTransfer(before, agent.name, wish.reason))

    def _without_call(self, wish: TransferWish, call: FunctionCall, agent: Agent) -> TransferPlan:
        """The plan when nobody waits for the answer any more: it was lost with its connection, or the user spoke."""
        wish.call = None
        if not self._protocol.calls.is_wanted(call):
            wish.words = ""
        return self._plan(wish, agent)

    async def _enter(self) -> TransitionResult | None:
        """Enter the first phase of whoever has taken over. It is not to prompt: the transfer does."""
        talk = self._talk
        if talk.machine is None:
            return None
        steps = talk.machine.enter_initial(talk.state, self._window(), has_greeting=True)
        entry = await run_steps(steps, self._dispatcher, talk.state, self._writer)
        talk.recompute()
        return entry

    def _refusal(self, wish: TransferWish, call: FunctionCall) -> FunctionResponse | None:
        if wish.target not in self._roster.agents:
            return unknown_agent(call, [*self._roster.agents])
        current = self._roster.current.name
        return already_there(call, current) if wish.target == current else None

    def _plan(self, wish: TransferWish, agent: Agent) -> TransferPlan:
        setup, turns = self._protocol.setup, self._protocol.turns
        declared = declared_names(setup.tools or ())
        return plan_transfer(
            self._protocol.abilities,
            undeclared=[name for name in declared_names(agent.setup.tools or ()) if name not in declared],
            new_voice=voice_of(agent.setup) != voice_of(setup),
            asked_by_call=wish.call is not None,
            user_waits=turns.is_open and not turns.is_answering,
        )
