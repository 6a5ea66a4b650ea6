"""Typed functions that answer calls: one after the other, each in a cancel scope of its own."""

from __future__ import annotations

from collections.abc import Sequence

from trio_live.dispatch import ToolDispatcher
from trio_live.errors import ToolError
from trio_live.lanes._internal import RunningCalls
from trio_live.session._internal import Answered, CallLedger
from trio_live.state import State
from trio_live.tools import ToolContext
from trio_live.wire import FunctionCall


class ToolCaller:
    """Runs the tools of one session.

    Args:
        tools: by name.
        running: ends a tool for whose answer nobody waits.
        ledger: knows which calls are open.
        state: is given to tools that ask for it.
    """

    def __init__(self, tools: ToolDispatcher, running: RunningCalls, ledger: CallLedger, state: State) -> None:
        self._tools = tools
        self._running = running
        self._ledger = ledger
        self._state = state

    def knows(self, call: FunctionCall) -> bool:
        """Whether there is a tool for a call."""
        return call.name in self._tools

    async def answer(self, calls: Sequence[FunctionCall]) -> list[Answered]:
        """Run the tool of each call, in their order; leaves out what is not known, and what nobody waits for.

        Cancellation: the tool that runs is cancelled, and the others are not started.
        """
        answered = []
        for call in calls:
            if self.knows(call) and self._ledger.is_open(call):
                context = ToolContext(call, self._state)
                with self._running.scope((call,), context.cancellation.request):
                    answered.append(await self._answer(call, context))
        return answered

    async def _answer(self, call: FunctionCall, context: ToolContext) -> Answered:
        try:
            result = await self._tools.call(call, context)
        except ToolError as error:
            return Answered(call, self._tools.build_response(call, error))
        return Answered(call, self._tools.build_response(call, result))
