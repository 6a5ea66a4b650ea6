"""The turn queue: the one turn that is running, what waits for its end, and what cuts it off.

All of it is synchronous; only the turn itself is a task. So between "the turn is over" and "the next may begin" no
other message can come in, and a client never sees half of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

import attrs
import trio

from trio_live._tasks import cancel
from trio_live._typing import Seconds
from trio_live.emulator.persona import Ask, Decision, Say, Think, Wait
from trio_live.emulator.service import invalid, tool_wait
from trio_live.emulator.session._context import SessionContext
from trio_live.emulator.session._responder import Responder
from trio_live.emulator.session._resumption import Snapshot
from trio_live.emulator.session._tool_waits import acts_while_waiting, wait_answers
from trio_live.emulator.session._turn import ToolBatch, Turn, TurnContext
from trio_live.wire import FunctionResponse, ServerMessage, SessionResumptionConfig, Setup

Decide: TypeAlias = Callable[[], Decision]

THINKING_LINE: Final = "Let me think about that for a moment."
"""Said by a model that announces that it must think."""


class TurnQueue:
    """Runs the turns of one conversation, one at a time. The `TurnOwner` of all of them."""

    def __init__(
        self,
        context: SessionContext,
        responder: Responder,
        turn_context: TurnContext,
        nursery: trio.Nursery,
        setup: Setup,
    ) -> None:
        self._context = context
        self._responder = responder
        self._turn_context = turn_context
        self._dialect = turn_context.style.dialect
        self._nursery = nursery
        self._behaviour = turn_context.behaviour
        self._model = setup.model
        unasked = SessionResumptionConfig() if self._behaviour.volunteers_handles else None
        self._resumption = setup.session_resumption or unasked
        self._turn: Turn | None = None
        self._queue: deque[Decide] = deque()
        self._aside: list[ToolBatch] = []
        self._put_off: Decision | None = None
        self._thought_over: Decision | None = None
        self.user_speaks = False
        """Whether the user is speaking; a model that waits for the user does not begin then."""
        self._asked: set[str] = set()
        self.on_change: Callable[[], None] = lambda: None
        """Called when a turn begins or ends."""
        self.messages = 0
        """Messages of the client so far, the setup not counted."""

    # -- asking for a turn

    @property
    def is_taken(self) -> bool:
        """Whether a turn is running."""
        return self._turn is not None

    def react(self, *decisions: Decision) -> None:
        """Perform what was decided by the way: as soon as nothing else is being said, if there is anything to hear."""
        for decision in decisions:
            if decision.is_heard:
                self.answer_later(partial(_decided, decision))

    def answer_speech(self, decide: Decide) -> None:
        """Answer what was said by voice: hesitate first, for the speaker may go on."""
        if self._turn is None and not self._queue:
            self._start(decide, hesitant=True)
        else:
            self._queue.append(decide)
            self.next()

    def answer_now(self, decide: Decide) -> None:
        """Answer at once; a running turn is cut off."""
        self.interrupt()
        self._start(decide)

    def answer_later(self, decide: Decide) -> None:
        """Answer as soon as nothing else is being said."""
        self._queue.append(decide)
        self.next()

    def next(self) -> None:
        """Begin the turn that waits longest, if no turn is running."""
        if self._turn is not None or (self.user_speaks and self._behaviour.waits_for_user):
            return
        if self._put_off is not None:
            self._thought_over, self._put_off = self._put_off, None
            self._start(partial(_decided, self._thought_over))
        elif self._queue:
            self._start(self._queue.popleft())

    def interrupt(self) -> None:
        """Cut the running turn off, if there is one."""
        turn, self._turn, self._put_off = self._turn, None, None
        if turn is None:
            return
        if turn.lingering is not None and turn.lingering.is_claimed:
            self._queue.append(partial(self._responder.go_on, turn.lingering))
        cancel(turn.scope, "the turn is interrupted")
        if not turn.has_begun:
            return
        if turn.batch is not None:
            self._put(self._dialect.tool_call_cancellation(turn.batch.ids), "cancels its calls")
        self._put(self._dialect.interrupted(), "interrupted")
        self._responder.interrupted()
        self._close_turn()

    def _start(self, decide: Decide, *, hesitant: bool = False) -> None:
        self._turn = turn = Turn(self, self._turn_context)
        self._nursery.start_soon(turn.run, decide if hesitant else turn.begin(decide))
        self.on_change()

    # -- what a turn asks: see `TurnOwner`

    def turn_is_over(self) -> None:
        """Bill the turn and make room for the next."""
        self._close_turn()
        self.turn_vanishes()

    def turn_vanishes(self) -> None:
        """Make room for the next turn, as if this one had not been."""
        self._turn = None
        self.on_change()
        self.next()

    def call_ids(self, ask: Ask) -> tuple[str, ...]:
        """New ids for some calls."""
        ids = tuple(self._context.ids.call_id(self._dialect.call_ids) for _ in ask.calls)
        self._asked.update(ids)
        return ids

    def tool_wait(self, ask: Ask) -> Seconds | None:
        """How long the model waits for the answers of these calls; ``None``: for ever."""
        return tool_wait(self._behaviour, self._responder.behaviors(ask))

    def begins(self, decision: Decision) -> Decision:
        """Open the turn. A model that announces its thinking puts off what it must think about."""
        if self._behaviour.empty_content:
            self._put(self._dialect.empty_content(), "empty content")
        if self._resumption is not None:
            self._put(self._dialect.not_resumable(), "cannot be resumed for now")
        must_think = any(isinstance(action, Wait | Think) for action in decision.actions)
        if not self._behaviour.announces_thinking or not must_think or decision is self._thought_over:
            return decision
        self._put_off = decision
        return attrs.evolve(decision, actions=(Say((THINKING_LINE,)),))

    def set_aside(self, batch: ToolBatch) -> None:
        """Take over calls that the model does not wait for."""
        self._aside.append(batch)
        if acts_while_waiting(batch.ask):
            self._nursery.start_soon(self._wait_aside, batch)

    async def _wait_aside(self, batch: ToolBatch) -> None:
        async def talk() -> None:
            self.answer_later(lambda: self._responder.meanwhile(batch))

        await wait_answers(batch, batch.time_scale, talk)
        if batch.missing and batch in self._aside:
            self._aside.remove(batch)
            self.give_up(batch)
            self.answer_later(lambda: self._responder.go_on(batch))

    def meanwhile(self, batch: ToolBatch) -> Decision:
        """Decide what to say while the answers take long."""
        return self._responder.meanwhile(batch)

    def give_up(self, batch: ToolBatch) -> None:
        """Cancel the calls that were not answered."""
        self._put(self._dialect.tool_call_cancellation(batch.missing), "cancels calls that were not answered")

    def go_on(self, batch: ToolBatch) -> Decision:
        """Decide how to go on with the answers of some calls."""
        return self._responder.go_on(batch)

    # -- answers of functions

    def take_answer(self, response: FunctionResponse) -> None:
        """Give an answer to whoever waits for it."""
        waiting = self._turn.batch if self._turn is not None else None
        found = ((batch, id_) for batch in (waiting, *self._aside) if batch and (id_ := batch.call_of(response)))
        batch, id_ = next(found, (None, ""))
        if batch is None:
            self._context.log.note(f"nobody waits for the answer of {response.name} with id {response.id}")
            self.react(self._responder.stray(response, known=response.id in self._asked))
            return
        self._turn_context.meter.read(str(response.response))
        batch.add(id_, response.response or {}, more_follows=bool(response.will_continue))
        batch.waited = (trio.current_time() - batch.asked_at) * batch.time_scale
        if batch in self._aside and batch.complete.is_set():
            self._aside.remove(batch)
            self._deliver(batch, response.scheduling)

    def _deliver(self, batch: ToolBatch, scheduling: str | None) -> None:
        is_awaited = self._turn is not None and self._turn.lingering is batch
        match scheduling:
            case "SILENT":
                self._responder.learn(batch)
            case "INTERRUPT" if not (self._behaviour.waits_for_user and self.user_speaks):
                self.answer_now(lambda: self._responder.go_on(batch))
            case _ if is_awaited:
                batch.is_claimed = True
            case _:
                self.answer_later(lambda: self._responder.go_on(batch))

    # -- frames

    def _close_turn(self) -> None:
        meter = self._turn_context.meter
        self._put(self._dialect.turn_complete(meter.close_turn(), self._status()), "turn complete")
        if meter.compress():
            self._context.log.note(f"compresses the context to {meter.context.total} tokens")
        elif meter.is_full:
            self._context.ending.refuse(invalid())
        if self._resumption is not None:
            self._give_handle(self._resumption)

    def _status(self) -> str | None:
        """Whether an answer is still to come, for the model that tells."""
        if not self._behaviour.announces_thinking:
            return None
        return "IN_PROGRESS" if self._put_off or self._aside or self._queue else "IDLE"

    def _give_handle(self, wish: SessionResumptionConfig) -> None:
        options, handle = self._context.options, self._context.ids.unique()
        lifetime = self._dialect.handle_lifetime if options.handle_lifetime is None else options.handle_lifetime
        snapshot = Snapshot(
            owner=self._context.number,
            memory=self._responder.memory,
            context=self._turn_context.meter.context,
            model=self._model,
            lifetime=lifetime / options.time_scale,
        )
        self._context.handles.keep(handle, snapshot)
        last = self.messages - 1 + options.first_message_index if wish.transparent else None
        self._put(self._dialect.resumption(handle, last), "a handle to come back with")

    def _put(self, message: ServerMessage, summary: str) -> None:
        self._context.put(message, summary)


def _decided(decision: Decision) -> Decision:
    return decision
