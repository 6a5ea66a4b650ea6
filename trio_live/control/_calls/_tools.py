"""Typed functions that answer calls: one after the other, each in a cancel scope of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import attrs

from trio_live._typing import Json, JsonObject, Seconds
from trio_live._values import value
from trio_live.control._calls._hooks import CallHooks
from trio_live.control._calls._sender import AnswerSender
from trio_live.control._calls._talk import Talk
from trio_live.dispatch import ToolDispatcher
from trio_live.errors import ToolError, ToolErrorKind
from trio_live.lanes._internal import CallScope
from trio_live.phases._internal import ErrorReporter
from trio_live.session._internal import Answered, CallLedger
from trio_live.state import State
from trio_live.telemetry._internal import NO_TRACING, Tracing
from trio_live.tools import (
    Background,
    DefaultResultFormatter,
    LiveInput,
    ResultFormatter,
    ToolContext,
    as_object,
)
from trio_live.tools._internal import NO_INPUT, as_json
from trio_live.wire import FunctionCall, FunctionResponse

T = TypeVar("T")


@value
class Outcome:
    """How a tool ended."""

    result: Json | ToolError
    ends_within: Seconds | None = None
    """By when the session is to end, as a tool that did not fail has asked."""

    @property
    def never_ran(self) -> bool:
        """Whether it was kept from running; such a call neither failed nor succeeded."""
        return isinstance(self.result, ToolError) and self.result.kind is ToolErrorKind.DECLINED


@attrs.define(eq=False)
class ToolAnswers:
    """What came of the calls of a batch that were left to the tools."""

    answered: list[Answered] = attrs.field(factory=list)
    declined: list[FunctionCall] = attrs.field(factory=list)
    """Calls among them that were kept from running."""
    ending: tuple[FunctionCall, Seconds] | None = None
    """The call whose function wants the session to end, and how soon."""
    later: list[FunctionCall] = attrs.field(factory=list)
    """Calls that are to run in the background, once the batch is answered."""


class ToolCaller:
    """Runs the tools of one session.

    Args:
        tools: by name.
        ledger: knows which calls are open.
        state: is given to tools that ask for it.
        hooks: look at what a tool tells while it runs.
        sender: sends it.
        talk: knows which calls may be answered in pieces.
        listen: gives what the user says from now on, to a tool that listens.
        report: told which formatter raised.
        tracing: draws a span for each run.
    """

    def __init__(
        self,
        tools: ToolDispatcher,
        ledger: CallLedger,
        state: State,
        *,
        hooks: CallHooks,
        sender: AnswerSender,
        talk: Talk,
        listen: Callable[[], LiveInput],
        report: ErrorReporter,
        tracing: Tracing = NO_TRACING,
    ) -> None:
        self._tracing = tracing
        self._tools = tools
        self._ledger = ledger
        self._state = state
        self._hooks = hooks
        self._sender = sender
        self._talk = talk
        self._listen = listen
        self._report = report

    def knows(self, call: FunctionCall) -> bool:
        """Whether there is a tool for a call."""
        return call.name in self._tools

    async def answer(self, calls: Sequence[FunctionCall], within: CallScope, into: ToolAnswers) -> None:
        """Run the tool of each call, in their order; acknowledge those that are to run in the background.

        Args:
            calls: of one batch. Those that no tool is for, or that nobody waits for, are passed over.
            within: the scope of the batch.
            into: takes what comes of them.

        Cancellation: the tool that runs is cancelled, and the others are not started.
        """
        for call in calls:
            if not self.knows(call) or not self._ledger.is_open(call):
                continue
            mode = self._tools.mode(call.name)
            if isinstance(mode, Background):
                into.later.append(call)
                if self._talk.may_continue(call):
                    into.answered.append(Answered(call, self._acknowledgement(call)))
                continue
            context = self.context(call)
            with within.of_one(call, context.cancellation.request):
                outcome = await self.run(context)
                into.answered.append(Answered(call, self._tools.build_response(call, outcome.result)))
                if outcome.never_ran:
                    into.declined.append(call)
                elif outcome.ends_within is not None:
                    into.ending = (call, outcome.ends_within)

    def context(self, call: FunctionCall) -> ToolContext:
        """What the tool of a call may know and do."""
        found = self._tools.get_tool(call.name)
        hears = self._listen() if found is not None and found.listens else NO_INPUT
        return ToolContext(call, self._state, progress=partial(self._tell, call), live_input=hears)

    async def run(self, context: ToolContext, *, background: bool = False) -> Outcome:
        """Run one tool to its end; it listens no more after it.

        Cancellation: the tool is cancelled.
        """
        call = context.call
        with self._tracing.tools((call,)) as span:
            try:
                result = await self._tools.call(call, context, background=background)
                span.answered(call, result)
                return Outcome(result, context.ends_within)
            except ToolError as error:
                span.answered(call, str(error), error.kind.value)
                return Outcome(error)
            finally:
                if context.live_input is not NO_INPUT:
                    context.live_input.close()

    # -- the words of the background ----------------------------------------------------------------------------

    def result(self, call: FunctionCall, outcome: Outcome) -> FunctionResponse:
        """The last answer to a call that ran in the background."""
        mode = self._tools.mode(call.name)
        words = self._worded(call, lambda formatter: formatter.format_result(call, outcome.result))
        return FunctionResponse.of(call, words, scheduling=mode.scheduling if isinstance(mode, Background) else None)

    def cancelled(self, call: FunctionCall) -> JsonObject:
        """For the record: nobody waits for the answer to a call any more."""
        return self._worded(call, lambda formatter: formatter.format_cancelled(call.id or call.name))

    def _acknowledgement(self, call: FunctionCall) -> FunctionResponse:
        return self._piece(call, self._worded(call, lambda formatter: formatter.format_running(call)))

    def _worded(self, call: FunctionCall, say: Callable[[ResultFormatter], JsonObject]) -> JsonObject:
        formatter = self._tools.formatter(call.name)
        try:
            return as_object(as_json(say(formatter)))
        except Exception as error:  # noqa: BLE001  # user code; reported
            self._report(f"the formatter of {call.name}", error)
            return say(DefaultResultFormatter())

    async def _tell(self, call: FunctionCall, words: Json) -> bool:
        """Send what a tool tells while it runs, as every answer goes; returns whether it could be sent.

        What an interceptor withholds counts as sent: nobody is to be told of it later either.

        Raises:
            ToolError: no wire can carry it.
        """
        if not self._talk.may_continue(call):
            return False
        told = await self._hooks.intercept((call,), [Answered(call, self._piece(call, as_object(as_json(words))))])
        return not told or bool(await self._sender.send(told))

    def _piece(self, call: FunctionCall, words: JsonObject) -> FunctionResponse:
        mode = self._tools.mode(call.name)
        scheduling = mode.scheduling if isinstance(mode, Background) else None
        return FunctionResponse(id=call.id, name=call.name, response=words, scheduling=scheduling, will_continue=True)
