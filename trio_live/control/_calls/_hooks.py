"""The callbacks around function calls: who answers them, who looks at answers, who is told of cancelled ones.

What user code hands back is judged here: answers that are none, answers to calls that nobody asked, second answers.
Mistakes are reported as the hook's own, and the model gets an answer all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from trio_live import events
from trio_live._callables import answered_nothing
from trio_live._wording import describe
from trio_live.errors import CallNotOpen, ToolError
from trio_live.lanes import EventCallbacks
from trio_live.lanes._internal import Dispatcher
from trio_live.phases._internal import ErrorReporter
from trio_live.session._internal import Answered, CallLedger, Fate, Verdict, in_call_order
from trio_live.state import State
from trio_live.telemetry._internal import NO_TRACING, Tracing
from trio_live.tools._internal import as_json
from trio_live.wire import ClientMessage, FunctionCall, FunctionResponse, ToolResponse, encode_client_message
from trio_live.wire._internal import evolve


class CallHooks:
    """``on_tool_call``, ``before_tool_response`` and ``on_tool_cancelled`` of one session.

    Args:
        callbacks: the program's.
        dispatcher: calls them.
        ledger: knows which calls are open.
        state: is handed to them.
        publish: tells readers of live events.
        report: told which hook made a mistake.
        tracing: draws a span for each call that the callback answers.
    """

    def __init__(
        self,
        callbacks: EventCallbacks,
        dispatcher: Dispatcher,
        ledger: CallLedger,
        state: State,
        *,
        publish: Callable[[events.LiveEvent], None],
        report: ErrorReporter,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self._tracing = tracing
        self._callbacks = callbacks
        self._dispatcher = dispatcher
        self._ledger = ledger
        self._state = state
        self._publish = publish
        self._report = report

    async def ask(
        self, calls: Sequence[FunctionCall], is_tool: Callable[[FunctionCall], bool]
    ) -> tuple[Sequence[Answered], Sequence[FunctionCall]]:
        """What ``on_tool_call`` answers to some calls, and the calls that it leaves to the tools.

        Args:
            calls: of one batch.
            is_tool: whether there is a tool for a call. When the callback raises, such calls are left to it.
        """
        callback = self._callbacks.on_tool_call
        if callback is None:
            return (), calls
        try:
            with self._tracing.tools(calls) as spans:
                given = await self._dispatcher.ask("on_tool_call", callback, calls, self._state, read=_checked_or_none)
                verdict = None if given is None else self._ledger.judge(given, calls)
                for call, answer in () if verdict is None else verdict.answered:
                    spans.answered(call, answer.response)
        except Exception as error:  # noqa: BLE001  # reported by the dispatcher; the model gets an answer all the same
            told = error if isinstance(error, ToolError) else ToolError.failed(describe(error))
            failed = [
                Answered(call, FunctionResponse.error(call, str(told), retry=told.retry))
                for call in calls
                if not is_tool(call)
            ]
            return failed, [call for call in calls if is_tool(call)]
        return ((), calls) if verdict is None else (self._accepted_of("on_tool_call", verdict), ())

    async def intercept(self, calls: Sequence[FunctionCall], answered: Sequence[Answered]) -> Sequence[Answered]:
        """What ``before_tool_response`` makes of the answers to a batch. A call whose answer it drops is told so."""
        callback = self._callbacks.before_tool_response
        if callback is None or not answered:
            return answered
        answers = tuple(answer for _, answer in answered)
        try:
            given = await self._dispatcher.ask("before_tool_response", callback, answers, self._state, read=_checked)
        except Exception:  # noqa: BLE001  # reported by the dispatcher; the unmodified answers are sent
            return answered
        kept = self._accepted_of("before_tool_response", self._ledger.judge(given, calls))
        dropped = [
            _withheld(call)
            for call, answer in answered
            if not answer.will_continue and not any(each.call is call for each in kept) and self._ledger.is_open(call)
        ]
        return in_call_order(calls, [*kept, *dropped])

    async def tell_cancelled(self) -> None:
        """Tell of the calls that were cancelled, each once."""
        callbacks = self._callbacks
        while news := self._ledger.take_cancelled():  # and more of them while on_tool_cancelled takes its time
            self._publish(events.ToolCancelled(news))
            await self._dispatcher.run(
                "on_tool_cancelled", callbacks.on_tool_cancelled, news, mode=callbacks.on_tool_cancelled_mode
            )

    def _accepted_of(self, hook: str, verdict: Verdict) -> Sequence[Answered]:
        """The answers that may be sent. Those to calls that nobody asked, and second ones, are mistakes of the hook."""
        mistakes = [str(refused) for refused in verdict.refused if refused.fate is not Fate.CANCELLED]
        if mistakes:
            self._report(hook, CallNotOpen(mistakes))
        return verdict.answered


def _withheld(call: FunctionCall) -> Answered:
    """What the model is told when an interceptor drops an answer: the call is over, and asking again does not help."""
    error = f"The answer of {call.name} was withheld by the application."
    return Answered(call, FunctionResponse.error(call, error, status="withheld"))


def _checked_or_none(answers: Iterable[FunctionResponse] | None) -> list[FunctionResponse] | None:
    return None if answers is None else _checked(answers)


def _checked(answers: Iterable[FunctionResponse]) -> list[FunctionResponse]:
    answered_nothing(answers)
    return [_checked_one(answer) for answer in answers]


def _checked_one(answer: FunctionResponse) -> FunctionResponse:
    """An answer the wire can carry; found out here, where the model can still be told.

    Raises:
        TypeError: it is no `FunctionResponse`.
        ToolError: it holds a value that is not JSON, or too much of it.
        LocalProtocolError: the same of its media.
    """
    if not isinstance(answer, FunctionResponse):
        raise TypeError(f"answers must be FunctionResponse values, not {type(answer).__name__}")
    if answer.parts is not None:  # bytes besides the JSON, and seldom
        encode_client_message(ClientMessage(tool_response=ToolResponse([evolve(answer, response=None)])))
    response = as_json(answer.response)
    return evolve(answer, response=response if isinstance(response, dict) else {"output": response})
