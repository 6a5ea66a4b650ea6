"""One batch of function calls, from the model's wish to our answer.

The rule above all: every call gets exactly one answer, or was cancelled and gets none. What became of each call stands
in the session's `CallLedger`, which everybody asks who answers; this file sees to it that an answer is there. So
whatever goes wrong on the way (a callback that raises, answers that are missing or withheld, names nobody knows)
becomes an answer that says so, and the model is never left waiting: but for calls that the agent wants to answer by
hand, which stay open.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Protocol

import trio

from trio_live import events
from trio_live._callables import answered_nothing
from trio_live.control._conversation import Conversation
from trio_live.errors import CallNotOpen, SessionClosed, ToolError
from trio_live.events import SessionWriter
from trio_live.events._internal import SendToolResponse
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import CallBatch, Dispatcher, Runtime, describe
from trio_live.phases._internal import split_calls
from trio_live.session._internal import Fate, answers_of_batch, pair_answers
from trio_live.tools import ToolContext
from trio_live.wire import ClientMessage, FunctionCall, FunctionResponse, ToolResponse, encode_client_message
from trio_live.wire._internal import evolve

logger = logging.getLogger("trio_live.tools")


class Fulfil(Protocol):
    """Makes the transitions that the program asked for."""

    async def __call__(self, *, before_answer: bool) -> None:
        """Before the answer of a call, only what replaces is said at once."""


class ToolRunner:
    """Runs batches for the control plane.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        conversation: knows which functions the current phase allows, and is told what was called.
        writer: for the actions of patterns.
        fulfil: makes the transitions that the functions asked for.
    """

    def __init__(
        self,
        runtime: Runtime,
        dispatcher: Dispatcher,
        conversation: Conversation,
        writer: SessionWriter,
        fulfil: Fulfil,
    ) -> None:
        self._runtime = runtime
        self._ledger = runtime.protocol.calls
        self._callbacks: EventCallbacks = runtime.plan.callbacks
        self._dispatcher = dispatcher
        self._talk = conversation
        self._writer = writer
        self._fulfil = fulfil
        self._refused: set[tuple[str | None, str]] = set()
        """Calls of running batches that the phase did not let run."""

    async def run(self, calls: Sequence[FunctionCall], epoch: int) -> None:
        """Answer a batch, in a task of its own; errors of user code become answers and reports.

        Returns when it is answered or given up, or as soon as an interruption has to be handled: the batch then runs
        on if the server waits for it all the same.

        Args:
            calls: the batch.
            epoch: in which it was routed.

        Cancellation: the batch is given up.
        """
        batch = CallBatch(tuple(calls))
        if epoch == self._runtime.barrier.current:
            # Not for a stale batch: the fast lane may hold audio back for the interruption that waits behind it, and
            # with a full queue neither lane would ever move again.
            for event in self._runtime.protocol.tools_started():
                await self._runtime.router.route(event)
        else:
            batch.let_go.set()
        self._runtime.calls.begin(batch)
        self._dispatcher.beside(self._answer, batch)
        await self._runtime.calls.wait(batch)

    async def tell_cancelled(self) -> None:
        """Tell of the calls that were cancelled, each once."""
        callbacks = self._callbacks
        while news := self._ledger.take_cancelled():  # and more of them while on_tool_cancelled takes its time
            self._runtime.events.publish(events.ToolCancelled(news))
            await self._dispatcher.run(
                "on_tool_cancelled", callbacks.on_tool_cancelled, news, mode=callbacks.on_tool_cancelled_mode
            )

    async def _answer(self, batch: CallBatch) -> None:
        answers: tuple[FunctionResponse, ...] = ()
        try:
            with batch.scope:
                answers = await self._answers([call for call in batch.calls if self._ledger.is_open(call)])
            await self.tell_cancelled()
            if self._talk.wishes:
                await self._fulfil(before_answer=True)
            await self._send(answers)
        finally:
            self._refused.difference_update((call.id, call.name) for call in batch.calls)
            self._runtime.calls.end(batch)

    async def _answers(self, calls: Sequence[FunctionCall]) -> tuple[FunctionResponse, ...]:
        split = split_calls(calls, self._talk.current_phase, self._runtime.state, self._runtime.desk.report)
        self._refused.update((answer.id, answer.name) for answer in split.rejected)
        given = await self._ask_user(split.allowed) if split.allowed else []
        # The refusals come first: an answer to a call that the callback never saw is none.
        found = answers_of_batch(calls, [*split.rejected, *given])
        refusals = []
        for call in found.missing:
            if self._is_manual(call) or not self._ledger.is_open(call):
                continue
            text = f"Tool not found: {call.name}" if not given else f"No answer was given for {call.name}"
            logger.warning(
                "the function call %s (%s) was not answered; the model is told: %s", call.id, call.name, text
            )
            refusals.append(FunctionResponse.error(call, text))
        answers = answers_of_batch(calls, [*found.answers, *refusals]).answers if refusals else found.answers
        return await self._intercepted(calls, answers)

    def _is_manual(self, call: FunctionCall) -> bool:
        manual = self._talk.options.manual_tools
        return manual == "all" or call.name in manual

    async def _ask_user(self, calls: Sequence[FunctionCall]) -> Sequence[FunctionResponse]:
        callback = self._callbacks.on_tool_call
        if callback is None:
            return [await self._run_tool(call) for call in calls if call.name in self._talk.dispatcher]
        try:
            given = await self._dispatcher.ask(
                "on_tool_call", callback, calls, self._runtime.state, read=_checked_or_none
            )
        except Exception as error:  # noqa: BLE001  # reported by the dispatcher; the model gets an answer all the same
            return [FunctionResponse.error(call, f"Tool execution failed: {describe(error)}") for call in calls]
        return self._possible("on_tool_call", calls, given)

    async def _run_tool(self, call: FunctionCall) -> FunctionResponse:
        tools = self._talk.dispatcher
        try:
            result = await tools.call(call, ToolContext(call, self._runtime.state))
        except ToolError as error:
            return tools.build_response(call, error)
        return tools.build_response(call, result)

    async def _intercepted(
        self, calls: Sequence[FunctionCall], answers: tuple[FunctionResponse, ...]
    ) -> tuple[FunctionResponse, ...]:
        intercept = self._callbacks.before_tool_response
        if intercept is None or not answers:
            return answers
        try:
            given = await self._dispatcher.ask(
                "before_tool_response", intercept, answers, self._runtime.state, read=_checked
            )
        except Exception:  # noqa: BLE001  # reported by the dispatcher; the unmodified answers are sent
            return answers
        kept = self._possible("before_tool_response", calls, given)
        closed = [pair.call for pair in pair_answers(calls, answers) if not pair.answer.will_continue]
        dropped = [
            _withheld(call)
            for call in answers_of_batch(calls, kept).missing
            if self._ledger.is_open(call) and any(call is other for other in closed)
        ]
        return answers_of_batch(calls, [*kept, *dropped]).answers

    def _possible(
        self, hook: str, calls: Sequence[FunctionCall], given: Sequence[FunctionResponse]
    ) -> tuple[FunctionResponse, ...]:
        """The answers that may be sent. Those to calls that nobody asked, and second ones, are mistakes of the hook."""
        pairs = pair_answers(calls, given)
        # The ledger knows by id what was cancelled meanwhile. Without one, only the batch's own calls say so.
        gone = [pair.call for pair in pairs if pair.call and not pair.call.id and not self._ledger.is_wanted(pair.call)]
        verdict = self._ledger.judge(pair.answer for pair in pairs if not any(pair.call is call for call in gone))
        mistakes = [str(refused) for refused in verdict.refused if refused.fate is not Fate.CANCELLED]
        if mistakes:
            self._runtime.desk.report(hook, CallNotOpen(mistakes))
        return verdict.answers

    async def _send(self, answers: Sequence[FunctionResponse]) -> None:
        verdict = self._ledger.accept(answers)
        for refused in verdict.refused:
            logger.info("an answer came too late: %s", refused)
        for call, answer in zip(verdict.calls, verdict.answers, strict=True):
            args = call.args or {}
            self._talk.buffer.push_tool_call(answer.name, args, answer.response)
            self._runtime.events.publish(events.ToolExecution(answer.name, args, answer.response))
        if verdict.answers:
            try:
                await self._runtime.outbound.submit(SendToolResponse(verdict.answers), gives_turn=False)
            except SessionClosed:
                logger.info("the session ended before %d function calls could be answered", len(verdict.answers))
        self._tell_patterns(verdict.answers)
        self._talk.recompute()

    def _tell_patterns(self, answers: Sequence[FunctionResponse]) -> None:
        patterns, now, _allowed = self._talk.patterns, trio.current_time(), self._talk.tools_enabled
        if patterns is None:
            return
        for answer in answers:
            if (answer.id, answer.name) in self._refused:
                continue  # it was refused and never ran, so it neither failed nor succeeded
            failed = isinstance(answer.response, dict) and "error" in answer.response
            found = patterns.tool_completed(self._runtime.state, answer.name, now, ok=not failed)
            for pattern in found:
                self._dispatcher.spawn(pattern.where, pattern.action, self._runtime.state, self._writer)


def _withheld(call: FunctionCall) -> FunctionResponse:
    """What the model is told when an interceptor drops an answer: the call is over, and asking again does not help."""
    error = f"The answer of {call.name} was withheld by the application."
    return FunctionResponse(id=call.id, name=call.name, response={"status": "withheld", "error": error, "retry": False})


def _checked_or_none(answers: Iterable[FunctionResponse] | None) -> list[FunctionResponse]:
    return [] if answers is None else _checked(answers)


def _checked(answers: Iterable[FunctionResponse]) -> list[FunctionResponse]:
    answered_nothing(answers)
    return [_checked_one(answer) for answer in answers]


def _checked_one(answer: FunctionResponse) -> FunctionResponse:
    """An answer the wire can carry; found out here, where the model can still be told.

    Raises:
        TypeError: it is no `FunctionResponse`.
        LocalProtocolError: it holds a value that is not JSON.
    """
    if not isinstance(answer, FunctionResponse):
        raise TypeError(f"answers must be FunctionResponse values, not {type(answer).__name__}")
    if not isinstance(answer.response, dict):
        answer = evolve(answer, response={"output": answer.response})
    encode_client_message(ClientMessage(tool_response=ToolResponse([answer])))
    return answer
