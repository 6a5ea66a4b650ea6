"""Tools that run in the background: which ones do, and how one of them ends."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, TypeAlias

from trio_live.control._calls._hooks import CallHooks
from trio_live.control._calls._sender import AnswerSender
from trio_live.control._calls._talk import Talk
from trio_live.control._calls._tools import Outcome, ToolCaller
from trio_live.errors import ToolError
from trio_live.lanes._internal import CallScope, RunningCalls
from trio_live.session._internal import Answered, CallLedger
from trio_live.tools import ToolContext
from trio_live.wire import FunctionCall

logger = logging.getLogger("trio_live.tools")

Beside: TypeAlias = Callable[..., None]
"""Runs an async function with its arguments in a task of the session."""
Run: TypeAlias = Callable[[ToolContext, CallScope], Awaitable[Any]]


class BackgroundToolTracker:
    """The tools that run in the background of one session, by the ids of their calls.

    A call without an id goes by its function's name and a number.
    """

    def __init__(self, running: RunningCalls, beside: Beside) -> None:
        self._running = running
        self._beside = beside
        self._active: dict[str, CallScope] = {}
        self._numbers = itertools.count(1)

    def active_ids(self) -> tuple[str, ...]:
        """The calls whose tools run now, the oldest first."""
        return tuple(self._active)

    def active_count(self) -> int:
        """How many there are."""
        return len(self._active)

    def cancel(self, ids: Iterable[str]) -> None:
        """Give up some of them; the model is told so. Ids that are not known are passed over.

        Args:
            ids: of calls.
        """
        for key in ids:
            if (scope := self._active.get(key)) is not None:
                scope.cancel("the program gave it up")

    def cancel_all(self) -> None:
        """Give up all of them."""
        self.cancel(self.active_ids())

    def spawn(self, context: ToolContext, run: Run) -> None:
        """Start a tool, which is known here from this moment until its task has ended.

        Args:
            context: of the call; its cancellation is told why, when the call is given up.
            run: the work; is given the context and the call's scope, which it is to enter.
        """
        key = context.call_id or f"{context.name}#{next(self._numbers)}"
        self.cancel([key])
        scope = self._active[key] = self._running.scope((context.call,), context.cancellation.request)
        scope.is_beside = True
        self._beside(self._tracked, key, scope, run, context)

    async def _tracked(self, key: str, scope: CallScope, run: Run, context: ToolContext) -> None:
        try:
            await run(context, scope)
        finally:
            if self._active.get(key) is scope:
                del self._active[key]


class BackgroundCalls:
    """Runs calls in the background, and sends what comes of them.

    Args:
        ledger: knows which calls are open.
        tracker: knows which ones run.
        hooks: look at the answer.
        sender: sends the answer.
        talk: the conversation.
    """

    def __init__(
        self,
        ledger: CallLedger,
        tracker: BackgroundToolTracker,
        *,
        hooks: CallHooks,
        sender: AnswerSender,
        talk: Talk,
    ) -> None:
        self._ledger = ledger
        self._tracker = tracker
        self._hooks = hooks
        self._sender = sender
        self._talk = talk

    def start(self, calls: Iterable[FunctionCall], tools: ToolCaller) -> None:
        """Start the tools of calls that were acknowledged, unless they were cancelled meanwhile.

        Args:
            calls: of one batch.
            tools: run them; those of the agent who was asked, whoever speaks when they are done.
        """
        for call in calls:
            if self._ledger.is_open(call):
                self._tracker.spawn(tools.context(call), partial(self._run, tools))

    async def _run(self, tools: ToolCaller, context: ToolContext, scope: CallScope) -> None:
        call, outcome = context.call, Outcome(ToolError.cancelled())
        with scope:
            outcome = await tools.run(context, background=True)
        await self._talk.returned(scope)
        if not self._ledger.is_open(call):
            logger.info("in the background: %s", tools.cancelled(call))
            return
        answer = tools.result(call, outcome)
        answered = await self._hooks.intercept((call,), [Answered(call, answer)])
        sent = await self._sender.send(answered)
        self._talk.completed(sent, [call] if outcome.never_ran else [])
        if sent and outcome.ends_within is not None:
            self._talk.end_call(outcome.ends_within)
