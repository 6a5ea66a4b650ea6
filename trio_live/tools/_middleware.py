"""What stands around every tool: middleware, and the question whether a tool may run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from trio_live._typing import Json
from trio_live._values import value
from trio_live.errors import ToolError
from trio_live.tools._context import ToolContext
from trio_live.wire import FunctionCall


class ToolMiddleware:
    """Sees every tool before and after it runs. To be subclassed; each method does nothing by itself.

    The first `before_tool` is the one that was added first; `after_tool` goes the other way round. What `before_tool`
    raises vetoes the call: the model is told, the tool does not run. What `after_tool` and `on_tool_error` raise is
    logged, and changes nothing. Whoever's `before_tool` has returned is told how the call ended by one of `after_tool`,
    `on_tool_error` and `on_tool_cancelled`, also when somebody else vetoes it.
    """

    async def before_tool(self, call: FunctionCall, context: ToolContext) -> None:
        """The tool is about to run.

        Args:
            call: the model's.
            context: the one that the tool will get.

        Raises:
            ToolError: the call is vetoed; its text is told to the model. Any other exception vetoes too.

        Cancellation: the tool does not run.
        """

    def around_tool(
        self,
        call: FunctionCall,  # noqa: ARG002  # for subclasses
        context: ToolContext,  # noqa: ARG002  # as above
        proceed: Callable[[], Awaitable[Json]],
    ) -> Awaitable[Json]:
        """Run the tool; to be overridden (``async def``) by what limits it, or runs it again.

        Args:
            call: the model's.
            context: the one that the tool gets.
            proceed: runs it, with what stands further inside; gives its result or raises a `ToolError`.

        Raises:
            ToolError: it did not work. Any other exception counts as one.

        Cancellation: the tool is cancelled.
        """
        return proceed()

    async def after_tool(self, call: FunctionCall, context: ToolContext, result: Json) -> None:
        """The tool has given back a result.

        Args:
            call: the model's.
            context: the one that the tool got.
            result: what it gave back.

        Cancellation: the result is dropped.
        """

    async def on_tool_error(self, call: FunctionCall, context: ToolContext, error: ToolError) -> None:
        """The tool has failed, or run out of time.

        Args:
            call: the model's.
            context: the one that the tool got.
            error: what the model will be told.

        Cancellation: the error is dropped.
        """

    def on_tool_cancelled(self, call: FunctionCall, context: ToolContext) -> None:
        """The call was cancelled after `before_tool`. Plain: nothing can be awaited now.

        Args:
            call: the model's.
            context: the one that the tool got.
        """


@value
class ConfirmationRequest:
    """May this tool run?"""

    call: FunctionCall
    message: str | None
    """What the tool wants to be asked; ``None``: nothing in particular."""


class ConfirmationProvider(Protocol):
    """Asked before a tool that needs confirmation."""

    async def confirm(self, request: ConfirmationRequest, context: ToolContext) -> bool | str:
        """May it run?

        Args:
            request: what is asked.
            context: the one that the tool will get.

        Returns:
            True: it may. False, or a reason: it may not, and the model is told.

        Cancellation: the tool does not run.
        """
        ...
