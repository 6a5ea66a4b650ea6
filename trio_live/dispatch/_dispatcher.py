"""`ToolDispatcher`: tools by name, and the way of one call through everything that stands around a tool.

::

    call ─▶ known? ─▶ before_tool… ─▶ confirmed? ─▶ cached? ─▶ arguments ─▶ run, in time ─▶ result as JSON
              │           │               │            │           │            │                │
              ▼           ▼ veto          ▼ no         ▼ at once   ▼            ▼                ▼
          NOT_FOUND    DECLINED        DECLINED      result   INVALID_…   FAILED, TIMED_OUT   after_tool…
                                                                     └──── on_tool_error… ────┘

Whatever happens comes out as a JSON value or as a `ToolError`, whose text is for the model. Only a cancellation passes
through: nobody wants to hear of a cancelled call.
"""

from __future__ import annotations

import copy
import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import trio

from trio_live._tasks import cancellation_in, holds_cancellation, unwrapped
from trio_live._typing import Json, Seconds
from trio_live._wording import describe
from trio_live.dispatch._commits import Commits
from trio_live.dispatch._in_force import put_in_force
from trio_live.dispatch._running import Flow, flow_of, run_tool, transformed
from trio_live.errors import ToolError
from trio_live.tools import (
    ConfirmationProvider,
    ConfirmationRequest,
    FunctionTool,
    ToolContext,
    ToolExecutionMode,
    ToolMiddleware,
    ToolRegistry,
    as_object,
    error_answer,
)
from trio_live.tools._internal import TOOK_TOO_LONG
from trio_live.wire import FunctionCall, FunctionResponse

logger = logging.getLogger("trio_live.tools")

TIMEOUT: Final[Seconds] = 30.0
"""For an inline tool: the model waits for it, and nobody waits longer for a silent line."""
THREADS: Final = 16
"""Plain functions that run at once. More than a talk needs, and few enough that a hanging database does not eat up the
threads of the process."""


class ToolDispatcher(ToolRegistry):
    """Tools by name, and how they are run. Can be given to ``Live.tools`` as a whole, and used without a session.

    Args:
        tools: functions, or what `tool` made of them.
        timeout: seconds an inline tool may take.
        background_timeout: seconds a tool in the background may take; ``None``: as long as it takes.
        threads: plain functions that may run at once.
        middleware: stands around every tool, the first outermost.
        confirmation: asked before tools that need it.
        count_error: told the name of each tool that did not do what was asked.

    Raises:
        ConfigError: a function cannot be a tool, or two have one name.
    """

    def __init__(
        self,
        *tools: Callable[..., Any],
        timeout: Seconds = TIMEOUT,
        background_timeout: Seconds | None = None,
        threads: int = THREADS,
        middleware: tuple[ToolMiddleware, ...] = (),
        confirmation: ConfirmationProvider | None = None,
        count_error: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.timeout = timeout
        """Seconds an inline tool may take, unless it says otherwise itself."""
        self.background_timeout = background_timeout
        """The same for the background."""
        self.middleware = middleware
        """Stands around every tool, the first outermost."""
        self.confirmation = confirmation
        """Asked before tools that need it."""
        self.threads = threads
        """Plain functions that may run at once."""
        self._count_error = count_error
        self._limiter: trio.CapacityLimiter | None = None
        self._commits = Commits()
        self._cache: dict[tuple[str, str], Json] = {}
        self._flows: dict[str, Flow] = {}
        super().__init__(*tools)

    def register(
        self, function: Callable[..., Any], *, mode: ToolExecutionMode | None = None
    ) -> FunctionTool[..., Any]:
        """As `ToolRegistry.register`; what was cached of a tool of the same name is forgotten.

        Args:
            function: a function, or what `tool` made of one.
            mode: how it runs; ``None``: as it says itself.
        """
        made = super().register(function, mode=mode)
        self._cache = {key: kept for key, kept in self._cache.items() if key[0] != made.name}
        self._flows[made.name] = flow_of(made.function)
        return made

    async def call(self, call: FunctionCall, context: ToolContext | None = None, *, background: bool = False) -> Json:
        """Run the tool that a call names, with everything that stands around it.

        Args:
            call: the model's.
            context: given to the tool; ``None``: one with an empty State.
            background: whether the time limit of the background counts.

        Returns:
            The result, as JSON that the wire can carry.

        Raises:
            ToolError: it did not work; the text is for the model. Nothing else comes out.

        Cancellation: the tool is cancelled; the thread of a plain one is left behind.
        """
        try:
            return await self._called(call, context or ToolContext(call), background=background)
        except ToolError:
            self._count_error(call.name)
            raise
        except BaseExceptionGroup as group:
            raise _cancellation_in(call.name, group) from None

    async def _called(self, call: FunctionCall, context: ToolContext, *, background: bool) -> Json:
        found = self._tools.get(call.name)
        if found is None:
            raise ToolError.not_found(call.name)
        begun: list[ToolMiddleware] = []
        try:
            with put_in_force(self.middleware) as layers:
                if layers or found.policy.confirm:
                    await self._admitted(found, call, context, layers, begun)
                run = partial(self._result, found, call, context, background=background)
                result = await _inside(layers, call, context, run)
            while begun:
                await _told(begun.pop().after_tool, call, context, result)
        except ToolError as error:
            await _tell_failed(begun, call, context, error)
            raise
        except BaseException as error:
            _tell_cancelled(begun, call, context, error)
            raise
        return result

    async def call_function(self, name: str, args: Mapping[str, Json] | None = None) -> Json:
        """Run a tool outside of a session. Returns, raises and cancels as `call`.

        Args:
            name: of the tool.
            args: its arguments.
        """
        return await self.call(FunctionCall(name=name, args=dict(args or {})))

    async def call_function_with_timeout(self, name: str, args: Mapping[str, Json] | None, timeout: Seconds) -> Json:  # noqa: ASYNC109  # the name of old
        """As `call_function`, with another limit. Returns, raises and cancels as `call`.

        Args:
            name: of the tool.
            args: its arguments.
            timeout: seconds.
        """
        with trio.move_on_after(timeout):
            return await self.call_function(name, args)
        raise ToolError.timed_out(timeout)

    def build_response(
        self, call: FunctionCall, result: Json | ToolError, *, scheduling: str | None = None
    ) -> FunctionResponse:
        """The answer to a call: id and name copied, an error told as one, anything but an object wrapped.

        Args:
            call: the model's.
            result: the result, or the error.
            scheduling: when the model may speak of it.
        """
        answer = error_answer(result) if isinstance(result, ToolError) else as_object(result)
        return FunctionResponse.of(call, answer, scheduling=scheduling)

    async def _admitted(
        self,
        found: FunctionTool[..., Any],
        call: FunctionCall,
        context: ToolContext,
        layers: Sequence[ToolMiddleware],
        begun: list[ToolMiddleware],
    ) -> None:
        for each in layers:
            try:
                await each.before_tool(call, context)
                begun.append(each)
            except ToolError as veto:
                raise ToolError.declined(str(veto)) from veto
            except Exception as error:
                logger.exception("before_tool of %s vetoed %s", type(each).__name__, call.name)
                raise ToolError.declined(f"Tool execution failed: {describe(error)}") from error
        if not found.policy.confirm:
            return
        if self.confirmation is None:
            raise ToolError.declined(f"{call.name} needs a confirmation, and nobody can give it")
        wanted = found.policy.confirm
        verdict = await self._asked(ConfirmationRequest(call, wanted if isinstance(wanted, str) else None), context)
        if verdict is not True:
            raise ToolError.declined(verdict or "declined")

    async def _asked(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
        try:
            return await self.confirmation.confirm(request, context) if self.confirmation else False
        except Exception as error:
            logger.exception("the confirmation of %s could not be asked for", request.call.name)
            raise ToolError.declined(f"the confirmation could not be asked for: {describe(error)}") from error

    async def _result(
        self, found: FunctionTool[..., Any], call: FunctionCall, context: ToolContext, *, background: bool
    ) -> Json:
        args = call.args or {}
        key = (found.name, json.dumps(args, sort_keys=True, default=str)) if found.policy.cached else None
        if key is not None and key in self._cache:
            return copy.deepcopy(self._cache[key])
        run = partial(self._in_time, found.prepared(args, context), found, context, background=background)
        if found.policy.commit is None:
            result = await run()
        else:

            async def undo(name: str) -> Json:
                return await self.call(FunctionCall(name=name, args=args), ToolContext(state=context.state))

            guard, state = found.policy.commit, context.state
            result = await self._commits.run(guard, found.name, args, state, commit=run, undo=undo)
        if key is not None:
            self._cache[key] = copy.deepcopy(result)
        return result

    def _limit(self, found: FunctionTool[..., Any], *, background: bool) -> Seconds:
        if found.policy.timeout is not None:
            return found.policy.timeout
        limit = self.background_timeout if background else self.timeout
        return math.inf if limit is None else limit

    async def _in_time(
        self,
        function: Callable[[], Any],
        found: FunctionTool[..., Any],
        context: ToolContext,
        *,
        background: bool,
    ) -> Json:
        limit = self._limit(found, background=background)
        self._limiter = self._limiter or trio.CapacityLimiter(self.threads)
        with trio.move_on_after(limit) as patience:
            context.cancellation.watch(lambda: trio.lowlevel.in_trio_task() and patience.cancel_called)
            try:
                result = await run_tool(function, self._flows[found.name], context, self._limiter)
                return await transformed(result, found.policy.transforms) if found.policy.transforms else result
            except Exception as error:
                cause = unwrapped(error)
                if isinstance(cause, ToolError):
                    raise cause from None
                logger.exception("the tool %s raised", context.name)
                raise ToolError.failed(describe(cause)) from error
            except BaseExceptionGroup as group:
                raise _cancellation_in(context.name, group) from None
        context.cancellation.request(TOOK_TOO_LONG)  # a thread that was left behind cannot look at the clock
        raise ToolError.timed_out(limit)


async def _inside(
    layers: Sequence[ToolMiddleware], call: FunctionCall, context: ToolContext, run: Callable[[], Awaitable[Json]]
) -> Json:
    """Run a tool inside of its middleware, the first outermost."""
    for each in reversed(layers):
        run = partial(each.around_tool, call, context, run)
    try:
        return await run()
    except Exception as error:
        cause = unwrapped(error)
        if isinstance(cause, ToolError):
            raise cause from cause.__cause__
        logger.exception("what stands around %s raised", call.name)
        raise ToolError.failed(describe(cause)) from error


def _cancellation_in(name: str, group: BaseExceptionGroup) -> BaseException:
    def report(errors: BaseException) -> None:
        logger.error("the tool %s raised while it was cancelled", name, exc_info=errors)

    return cancellation_in(group, report)


async def _tell_failed(begun: list[ToolMiddleware], call: FunctionCall, context: ToolContext, error: ToolError) -> None:
    try:
        while begun:
            await _told(begun.pop(0).on_tool_error, call, context, error)
    except BaseException as stopped:
        _tell_cancelled(begun, call, context, stopped)
        raise


def _tell_cancelled(
    begun: Sequence[ToolMiddleware], call: FunctionCall, context: ToolContext, stopped: BaseException
) -> None:
    for each in begun if holds_cancellation(stopped) else ():
        try:
            each.on_tool_cancelled(call, context)
        except Exception:
            logger.exception("on_tool_cancelled of %s raised", type(each).__name__)


async def _told(hook: Callable[..., Awaitable[None]], *arguments: object) -> None:
    """Call a hook that can change nothing any more."""
    try:
        await hook(*arguments)
    except Exception:
        logger.exception("%s raised", getattr(hook, "__qualname__", hook))
