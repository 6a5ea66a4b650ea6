"""One batch of function calls, from the model's wish to our answer.

The rule above all: every call gets exactly one answer, or was cancelled and gets none. So whatever goes wrong on the
way (a callback that raises, answers that are missing, names nobody knows) becomes an answer that says so; the model
is never left waiting.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence

from trio_live import events
from trio_live.errors import SessionClosed
from trio_live.events import SessionWriter
from trio_live.lanes import Dispatcher, EventCallbacks, Runtime
from trio_live.wire import FunctionCall, FunctionResponse

logger = logging.getLogger("trio_live.tools")


class ToolRunner:
    """Runs batches for the control plane.

    Args:
        runtime: the session.
        dispatcher: calls user code.
        writer: sends the answers.
    """

    def __init__(self, runtime: Runtime, dispatcher: Dispatcher, writer: SessionWriter) -> None:
        self._runtime = runtime
        self._callbacks: EventCallbacks = runtime.plan.callbacks
        self._dispatcher = dispatcher
        self._writer = writer
        self._told: deque[str] = deque(maxlen=256)

    async def run(self, calls: Sequence[FunctionCall], epoch: int) -> None:
        """Answer a batch. Errors of user code become answers and reports.

        Args:
            calls: the batch.
            epoch: in which it was routed; an interruption since then has cancelled it.
        """
        inline = self._runtime.calls
        for event in self._runtime.protocol.tools_started():
            await self._runtime.router.route(event)
        answers: list[FunctionResponse] = []
        interrupted = epoch < self._runtime.barrier.current
        if not interrupted:
            with inline.running(calls) as scope:
                answers = await self._intercepted(await self._answers(calls))
            interrupted = scope.cancel_called  # even if the answers came in the same instant
        given_up = [call for call in calls if interrupted or inline.is_cancelled(call)]
        inline.done(calls)
        await self.cancelled([call.id or call.name for call in given_up])
        await self._send(calls, [answer for answer in answers if not _answers_any(answer, given_up)])

    async def cancelled(self, ids: Sequence[str]) -> None:
        """Tell of calls that were given up, once each, whether we noticed first or the server said so."""
        news = tuple(key for key in ids if key not in self._told)
        self._told.extend(news)
        if news:
            self._runtime.events.publish(events.ToolCancelled(news))
            callbacks = self._callbacks
            await self._dispatcher.run(
                "on_tool_cancelled", callbacks.on_tool_cancelled, news, mode=callbacks.on_tool_cancelled_mode
            )

    async def _answers(self, calls: Sequence[FunctionCall]) -> list[FunctionResponse]:
        answers = await self._ask_user(calls)
        missing = [call for call in calls if not any(_answers_any(answer, [call]) for answer in answers)]
        for call in missing:
            text = f"Tool not found: {call.name}" if not answers else f"No answer was given for {call.name}"
            logger.warning(
                "the function call %s (%s) was not answered; the model is told: %s", call.id, call.name, text
            )
            answers.append(FunctionResponse.error(call, text))
        return self._in_order(calls, answers)

    async def _ask_user(self, calls: Sequence[FunctionCall]) -> list[FunctionResponse]:
        callback = self._callbacks.on_tool_call
        if callback is None:
            return []
        try:
            given = await self._dispatcher.ask("on_tool_call", callback, calls, self._runtime.state)
            return [_checked(answer) for answer in given or ()]
        except Exception as error:  # noqa: BLE001  # reported by the dispatcher; the model gets an answer all the same
            return [FunctionResponse.error(call, f"Tool execution failed: {error}") for call in calls]

    def _in_order(self, calls: Sequence[FunctionCall], answers: list[FunctionResponse]) -> list[FunctionResponse]:
        order = {call.id or call.name: position for position, call in enumerate(calls)}
        return sorted(answers, key=lambda answer: order.get(answer.id or answer.name, len(order)))

    async def _intercepted(self, answers: list[FunctionResponse]) -> list[FunctionResponse]:
        intercept = self._callbacks.before_tool_response
        if intercept is None or not answers:
            return answers
        try:
            given = await self._dispatcher.ask("before_tool_response", intercept, answers, self._runtime.state)
            return [_checked(answer) for answer in given]
        except Exception:  # noqa: BLE001  # reported by the dispatcher; the unmodified answers are sent
            return answers

    async def _send(self, calls: Sequence[FunctionCall], answers: Sequence[FunctionResponse]) -> None:
        for answer in answers:
            call = _call_of(answer, calls)
            args = call.args or {} if call is not None else {}
            self._runtime.events.publish(events.ToolExecution(answer.name, args, answer.response))
        try:
            await self._writer.send_tool_response(answers)
        except SessionClosed:
            logger.info("the session ended before %d function calls could be answered", len(answers))


def _checked(answer: FunctionResponse) -> FunctionResponse:
    if not isinstance(answer, FunctionResponse):
        raise TypeError(f"answers must be FunctionResponse values, not {type(answer).__name__}")
    if not isinstance(answer.response, dict):
        call = FunctionCall(id=answer.id, name=answer.name)
        return FunctionResponse.of(call, answer.response, scheduling=answer.scheduling)
    return answer


def _call_of(answer: FunctionResponse, calls: Sequence[FunctionCall]) -> FunctionCall | None:
    """The call that ``answer`` answers: by id, and only without one by name."""
    return next((call for call in calls if _answers_any(answer, [call])), None)


def _answers_any(answer: FunctionResponse, calls: Sequence[FunctionCall]) -> bool:
    return any(answer.id == call.id if call.id else answer.name == call.name for call in calls)
