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
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import attrs
import trio

from trio_live.control._calls._hooks import CallHooks
from trio_live.control._calls._sender import AnswerSender
from trio_live.control._calls._tools import ToolCaller
from trio_live.lanes._internal import CallScope, RunningCalls
from trio_live.phases._internal import ToolSplit
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


class Talk(Protocol):
    """What a batch asks of the conversation and tells it."""

    def split(self, calls: Sequence[FunctionCall]) -> ToolSplit:
        """Which calls the current phase lets run."""
        ...

    def may_stay_open(self, call: FunctionCall) -> bool:
        """Whether the program answers such calls by hand."""
        ...

    async def tools_started(self) -> None:
        """The calls that are pending are being run now."""
        ...

    async def returned(self, scope: CallScope) -> None:
        """Whatever answers the calls of a batch has returned; the transitions that it asked for are made."""
        ...

    def completed(self, answered: Sequence[Answered], refused: Sequence[Answered]) -> None:
        """A batch was answered; some of its calls were refused before they ran."""
        ...


class ToolRunner:
    """Runs batches for the control plane.

    Args:
        ledger: what became of each call.
        running: may end what answers calls.
        hooks: the callbacks that answer, and that look at answers.
        tools: the typed functions.
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
        sender: AnswerSender,
        talk: Talk,
        beside: Callable[[Callable[[], Awaitable[None]]], None],
    ) -> None:
        self._ledger = ledger
        self._running = running
        self._hooks = hooks
        self._tools = tools
        self._sender = sender
        self._talk = talk
        self._beside = beside
        self.waiting: deque[CallBatch] = deque()
        """Batches whose task has not begun. Any of those tasks takes the oldest: Trio starts them in no certain order."""

    def begin(self, calls: Sequence[FunctionCall]) -> None:
        """Decide which calls may run, and have the batch answered in a task of its own."""
        split = self._talk.split(calls)
        batch = CallBatch(calls, split.allowed)
        if split.rejected:
            rejected = [call for call in calls if all(call is not allowed for allowed in split.allowed)]
            batch.refused = [*map(Answered, rejected, split.rejected)]
        self.waiting.append(batch)
        self._beside(self._answer_next)

    async def wait_begun(self) -> None:
        """Let every batch run up to where it has to wait: what needs no waiting is answered before the next event.

        Cancellation: harmless.
        """
        while self.waiting:
            await trio.lowlevel.checkpoint()

    async def _answer_next(self) -> None:
        batch = self.waiting.popleft()
        await self._talk.tools_started()
        answered: Sequence[Answered] = ()
        with self._running.scope(batch.calls) as scope:
            answered = await self._answers(batch)
        await self._talk.returned(scope)
        self._talk.completed(await self._sender.send(answered), batch.refused)

    async def _answers(self, batch: CallBatch) -> Sequence[Answered]:
        is_open = self._ledger.is_open
        asked = [call for call in batch.allowed if is_open(call)]
        answered = [each for each in batch.refused if is_open(each.call)]
        if asked:
            given, left = await self._hooks.ask(asked, self._tools.knows)
            ran = await self._tools.answer(left)
            answered += [*given, *ran, *self._missing(asked, [*given, *ran], is_told=bool(given))]
        if len(answered) > 1:
            answered = in_call_order(batch.calls, answered)
        return await self._hooks.intercept(batch.calls, answered)

    def _missing(self, asked: Sequence[FunctionCall], given: Sequence[Answered], *, is_told: bool) -> list[Answered]:
        """Answers to the calls that nobody answered, but for those that are answered by hand."""
        missing = []
        for call in asked:
            if (
                any(each.call is call for each in given)
                or self._talk.may_stay_open(call)
                or not self._ledger.is_open(call)
            ):
                continue
            text = f"No answer was given for {call.name}" if is_told else f"Tool not found: {call.name}"
            logger.warning(
                "the function call %s (%s) was not answered; the model is told: %s", call.id, call.name, text
            )
            missing.append(Answered(call, FunctionResponse.error(call, text)))
        return missing
