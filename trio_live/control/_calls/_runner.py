"""One batch of function calls, from the model's wish to our answer.

The rule above all: every call gets exactly one answer, or was cancelled and gets none. What became of each call stands
in the session's `CallLedger`, which everybody asks who answers; this file sees to it that an answer is there. So
whatever goes wrong on the way (a callback that raises, answers that are missing or withheld, names nobody knows)
becomes an answer that says so, and the model is never left waiting: but for calls that the agent wants to answer by
hand, which stay open.

::

    control lane   policy of the phase ─▶ next event …
    batch's task   on_tool_call ─▶ before_tool_response ─▶ one message, in the order of the calls

The control lane decides which calls may run, because that is a question of when they came, and goes on. The rest is
done beside it, in a task for each batch. Batches begin in the order of the wire; which of them ends first is up to them.
A task that has nothing more to do waits for the next batch: to be woken costs half of what a new one does.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from contextvars import copy_context

import attrs
import trio

from trio_live.control._calls._background import BackgroundCalls
from trio_live.control._calls._hooks import CallHooks
from trio_live.control._calls._repeats import REPEATS, Repeats, noticed
from trio_live.control._calls._sender import AnswerSender
from trio_live.control._calls._talk import Talk
from trio_live.control._calls._tools import ToolAnswers, ToolCaller
from trio_live.lanes._internal import CallScope, RunningCalls
from trio_live.session._internal import Answered, CallLedger, in_call_order
from trio_live.wire import FunctionCall, FunctionResponse

logger = logging.getLogger("trio_live.tools")


@attrs.define(eq=False)
class CallBatch:
    """Calls that came together and are answered together."""

    calls: Sequence[FunctionCall]
    allowed: Sequence[FunctionCall]
    """Those that the phase lets run."""
    refused: Sequence[Answered] = ()
    """The others, with what the model is told."""
    tools: ToolCaller = attrs.field(kw_only=True)
    """The functions of the agent who was asked."""
    held: Sequence[FunctionCall] = ()
    """Those among the refused that a guard keeps back: it is asked again before they are."""
    transfers: Sequence[FunctionCall] = ()
    """Those that ask for another agent; made when all the others have been answered."""
    repeated: dict[int, int] = attrs.field(factory=dict)
    """By what tells calls apart: how often one came in this turn, where that was too often."""
    ran: ToolAnswers = attrs.field(factory=ToolAnswers)
    """What came of those that were left to the tools."""
    scope: CallScope | None = None
    """In which they are answered."""
    answered: Sequence[Answered] = ()
    """What came of all of them."""

    @property
    def never_ran(self) -> list[FunctionCall]:
        """Calls that were answered without having run: they neither failed nor succeeded."""
        return [*(each.call for each in self.refused), *self.ran.declined]


class ToolRunner:
    """Runs batches for the control plane.

    Args:
        ledger: what became of each call.
        running: may end what answers calls.
        hooks: the callbacks that answer, and that look at answers.
        tools: the typed functions.
        background: runs those of them that need not be waited for.
        sender: sends answers.
        talk: the conversation.
        beside: runs a function in a task of the session.
    """

    def __init__(
        self,
        ledger: CallLedger,
        running: RunningCalls,
        *,
        hooks: CallHooks,
        tools: ToolCaller,
        background: BackgroundCalls,
        sender: AnswerSender,
        talk: Talk,
        beside: Callable[[Callable[[], Awaitable[None]]], None],
    ) -> None:
        self._ledger = ledger
        self._running = running
        self._hooks = hooks
        self._tools = tools
        self._background = background
        self._sender = sender
        self._talk = talk
        self._beside = beside
        self._repeats = Repeats()
        self.waiting: list[CallBatch] = []
        """Batches that nobody has begun. Any of the tasks that were started or woken for them takes the oldest: Trio
        starts them in no certain order."""

    def begin(self, calls: Sequence[FunctionCall]) -> None:
        """Decide which calls may run, and have the batch answered in a task of its own."""
        split = self._talk.split(calls)
        transfers = self._talk.transfers(split.allowed)
        allowed = [call for call in split.allowed if all(call is not each for each in transfers)]
        batch = CallBatch(calls, allowed, tools=self._tools, held=split.held, transfers=transfers)
        if split.rejected:
            rejected = [call for call in calls if all(call is not each for each in split.allowed)]
            batch.refused = [*map(Answered, rejected, split.rejected)]
        for call in calls:
            if (times := self._repeats.count(call)) > REPEATS:
                batch.repeated[id(call)] = times
        self.waiting.append(batch)
        if self._running.idle:
            (task,) = self._running.idle.unpark()
            task.context = copy_context()  # as if it were a new one: what a tool has set there is not for the next
        else:
            self._beside(self._work)

    def take_over(self, tools: ToolCaller) -> None:
        """The functions of calls that are begun from now on are another agent's."""
        self._tools = tools

    def turn_ended(self) -> None:
        """What is called from now on belongs to another turn."""
        self._repeats.forget()

    async def wait_begun(self) -> None:
        """Let every batch run up to where it has to wait: what needs no waiting is answered before the next event.

        Cancellation: harmless.
        """
        while self.waiting:
            await trio.lowlevel.checkpoint()

    async def _work(self) -> None:
        """Answer a batch, and then others. One scope serves until it was cancelled: it costs as much as the task."""
        batch = self._next()
        while batch is not None:
            with trio.CancelScope() as cancel_scope:
                deadline = trio.current_effective_deadline()
                while batch is not None:
                    await self._answer(batch, cancel_scope)
                    if cancel_scope.cancel_called or _left_something_open(deadline):
                        break  # out of the scope, where Trio finds fault with what was left open
                    await self._send(batch)
                    batch = await self._wait_next()
            if batch is not None:
                await self._send(batch)
                batch = await self._wait_next()

    def _next(self) -> CallBatch | None:
        return self.waiting.pop(0) if self.waiting else None

    async def _wait_next(self) -> CallBatch | None:
        """Another batch, when there is one; nothing, when there will be none or somebody else waits for it."""
        idle = self._running.idle
        if idle or self._running.is_over:
            return None
        await idle.park()
        return self._next()

    async def _answer(self, batch: CallBatch, within: trio.CancelScope) -> None:
        await self._talk.tools_started()
        with self._running.scope(batch.calls, within=within) as batch.scope:
            batch.answered = await self._answers(batch, batch.scope)

    async def _send(self, batch: CallBatch) -> None:
        """Send the answers, of which there are none if the batch was cancelled, and do what follows from them."""
        answered = batch.answered
        if batch.scope is not None:
            await self._talk.returned(batch.scope)
        if batch.transfers:
            answered = in_call_order(batch.calls, [*answered, *await self._talk.hand_over(batch.transfers)])
        sent = await self._sender.send(answered)
        self._talk.completed(sent, batch.never_ran)
        if batch.ran.ending is not None and any(each.call is batch.ran.ending[0] for each in sent):
            self._talk.end_call(batch.ran.ending[1])
        self._background.start(batch.ran.later, batch.tools)

    async def _answers(self, batch: CallBatch, scope: CallScope) -> Sequence[Answered]:
        is_open = self._ledger.is_open
        if batch.held:
            await self._reconsider(batch)
        asked = [call for call in batch.allowed if is_open(call)]
        answered = [each for each in batch.refused if is_open(each.call)]
        if asked:
            given, left = await self._hooks.ask(asked, batch.tools.knows)
            if left:
                await batch.tools.answer(left, scope, batch.ran)
            answered += [*given, *batch.ran.answered]
            answered += self._missing(asked, answered, batch.ran.later, was_asked=not left)
        if len(answered) > 1:
            answered = in_call_order(batch.calls, answered)
        if batch.repeated:
            answered = [
                noticed(each, batch.repeated[id(each.call)]) if id(each.call) in batch.repeated else each
                for each in answered
            ]
        return await self._hooks.intercept(batch.calls, answered)

    async def _reconsider(self, batch: CallBatch) -> None:
        """Ask the guards again, now that what was said in the running turn has been looked at."""
        split = await self._talk.reconsidered(batch.held)
        refused = [call for call in batch.held if all(call is not each for each in split.allowed)]
        others = [each for each in batch.refused if all(each.call is not call for call in batch.held)]
        batch.refused = [*others, *map(Answered, refused, split.rejected)]
        transfers = self._talk.transfers(split.allowed)
        batch.transfers = [*batch.transfers, *transfers]
        now = [*batch.allowed, *(call for call in split.allowed if all(call is not each for each in transfers))]
        batch.allowed = [call for call in batch.calls if any(call is each for each in now)]

    def _missing(
        self,
        asked: Sequence[FunctionCall],
        given: Sequence[Answered],
        later: Sequence[FunctionCall],
        *,
        was_asked: bool,
    ) -> list[Answered]:
        """Answers to the calls that nobody answered, but for those that are answered by hand."""
        missing = []
        cared_for = {*map(id, later), *[id(each.call) for each in given]}
        for call in asked:
            if id(call) in cared_for or self._talk.may_stay_open(call) or not self._ledger.is_open(call):
                continue
            text = f"No answer was given for {call.name}" if was_asked else f"Tool not found: {call.name}"
            logger.warning(
                "the function call %r (%r) was not answered; the model is told: %r", call.id, call.name, text
            )
            missing.append(Answered(call, FunctionResponse.error(call, text)))
        return missing


def _left_something_open(deadline: float) -> bool:
    """Whether code that has returned left a nursery or a time limit behind; with them nobody else is to run."""
    return bool(trio.lowlevel.current_task().child_nurseries) or trio.current_effective_deadline() != deadline
