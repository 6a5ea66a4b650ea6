"""One batch of function calls, from the model's wish to our answer.

The rule above all: every call gets exactly one answer, or was cancelled and gets none. So whatever goes wrong on the
way (a callback that raises, answers that are missing, names nobody knows) becomes an answer that says so; the model
is never left waiting.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Sequence

import trio

from trio_live import events
from trio_live.control._answers import Pair, match_answers
from trio_live.control._conversation import Conversation
from trio_live.errors import SessionClosed
from trio_live.events import SessionWriter
from trio_live.lanes import Dispatcher, EventCallbacks, Runtime, describe
from trio_live.phases import split_calls
from trio_live.wire import ClientMessage, FunctionCall, FunctionResponse, ToolResponse, encode_client_message, evolve

logger = logging.getLogger("trio_live.tools")


class ToolRunner:
    """Runs batches for the control plane.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        conversation: knows which functions the current phase allows, and is told what was called.
        writer: sends the answers.
    """

    def __init__(
        self, runtime: Runtime, dispatcher: Dispatcher, conversation: Conversation, writer: SessionWriter
    ) -> None:
        self._runtime = runtime
        self._callbacks: EventCallbacks = runtime.plan.callbacks
        self._dispatcher = dispatcher
        self._talk = conversation
        self._writer = writer
        self._told: deque[str] = deque(maxlen=256)

    async def run(self, calls: Sequence[FunctionCall], epoch: int) -> None:
        """Answer a batch. Errors of user code become answers and reports.

        Args:
            calls: the batch.
            epoch: in which it was routed; an interruption since then has cancelled it.
        """
        inline, barrier = self._runtime.calls, self._runtime.barrier
        if epoch == barrier.current:
            # Not for a stale batch: the fast lane may hold audio back for the interruption that waits behind it, and
            # with a full queue neither lane would ever move again.
            for event in self._runtime.protocol.tools_started():
                await self._runtime.router.route(event)
        answers: list[FunctionResponse] = []
        interrupted = epoch < barrier.current
        if not interrupted:
            with inline.running(calls) as scope:
                wanted = [call for call in calls if not inline.is_cancelled(call)]
                answers = await self._intercepted(wanted, await self._answers(wanted))
            interrupted = scope.cancel_called  # even if the answers came in the same instant
        given_up: list[FunctionCall] = []
        while news := [c for c in calls if c not in given_up and (interrupted or inline.is_cancelled(c))]:
            given_up += news  # and more of them while on_tool_cancelled takes its time
            await self._tell_cancelled([call.id or call.name for call in news if call.id not in self._told])
        inline.done(calls)
        pairs = match_answers(calls, answers).pairs
        await self._send([(call, answer) for call, answer in pairs if call is None or call not in given_up])

    async def cancelled(self, ids: Sequence[str]) -> None:
        """The server wants no answer to ``ids``; tell of those that were not told of already."""
        await self._tell_cancelled([key for key in dict.fromkeys(ids) if key not in self._told])

    async def _tell_cancelled(self, news: Sequence[str]) -> None:
        if not news:
            return
        self._told.extend(news)
        callbacks = self._callbacks
        self._runtime.events.publish(events.ToolCancelled(tuple(news)))
        await self._dispatcher.run(
            "on_tool_cancelled", callbacks.on_tool_cancelled, tuple(news), mode=callbacks.on_tool_cancelled_mode
        )

    async def _answers(self, calls: Sequence[FunctionCall]) -> list[FunctionResponse]:
        split = split_calls(calls, self._talk.tools_enabled)
        answers = await self._ask_user(split.allowed) if split.allowed else []
        matched = match_answers(split.allowed, answers)
        for answer in matched.superfluous:
            logger.warning("a second answer to the function call %s (%s) is not sent", answer.id, answer.name)
        given = matched.answers
        for call in matched.missing:
            text = f"Tool not found: {call.name}" if not answers else f"No answer was given for {call.name}"
            logger.warning(
                "the function call %s (%s) was not answered; the model is told: %s", call.id, call.name, text
            )
            given.append(FunctionResponse.error(call, text))
        return match_answers(calls, [*given, *split.rejected]).answers

    async def _ask_user(self, calls: Sequence[FunctionCall]) -> list[FunctionResponse]:
        callback = self._callbacks.on_tool_call
        if callback is None:
            return []
        try:
            return await self._dispatcher.ask(
                "on_tool_call", callback, calls, self._runtime.state, read=lambda given: _checked(given or ())
            )
        except Exception as error:  # noqa: BLE001  # reported by the dispatcher; the model gets an answer all the same
            return [FunctionResponse.error(call, f"Tool execution failed: {describe(error)}") for call in calls]

    async def _intercepted(
        self, calls: Sequence[FunctionCall], answers: list[FunctionResponse]
    ) -> list[FunctionResponse]:
        intercept = self._callbacks.before_tool_response
        if intercept is None or not answers:
            return answers
        try:
            given = await self._dispatcher.ask(
                "before_tool_response", intercept, tuple(answers), self._runtime.state, read=_checked
            )
        except Exception:  # noqa: BLE001  # reported by the dispatcher; the unmodified answers are sent
            return answers
        return match_answers(calls, given).answers

    async def _send(self, pairs: Sequence[Pair]) -> None:
        answers = [answer for _, answer in pairs]
        for call, answer in pairs:
            args = call.args or {} if call is not None else {}
            self._talk.buffer.push_tool_call(answer.name, args, answer.response)
            self._runtime.events.publish(events.ToolExecution(answer.name, args, answer.response))
        try:
            await self._writer.send_tool_response(answers)
        except SessionClosed:
            logger.info("the session ended before %d function calls could be answered", len(answers))
        self._tell_patterns(answers)
        self._talk.computed.recompute(self._runtime.state)

    def _tell_patterns(self, answers: Sequence[FunctionResponse]) -> None:
        now, allowed = trio.current_time(), self._talk.tools_enabled
        for answer in answers:
            if allowed is not None and answer.name not in allowed:
                continue  # it was refused and never ran, so it neither failed nor succeeded
            failed = isinstance(answer.response, dict) and "error" in answer.response
            found = self._talk.patterns.tool_completed(self._runtime.state, answer.name, now, ok=not failed)
            for pattern in found:
                self._dispatcher.spawn(pattern.where, pattern.action, self._runtime.state, self._writer)


def _checked(answers: Iterable[FunctionResponse]) -> list[FunctionResponse]:
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
