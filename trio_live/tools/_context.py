"""What a running tool may know and do: the session's State, the call, its cancellation, a word in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs

from trio_live._typing import Json
from trio_live.state import State
from trio_live.wire import FunctionCall


class Cancellation:
    """Whether somebody wants a call no more, and why. May be read from any thread.

    An async tool is cancelled at its next checkpoint and seldom needs it. A plain function runs in a thread, which
    nobody can stop: it may look here between two steps.
    """

    __slots__ = ("reason",)

    def __init__(self) -> None:
        self.reason: str | None = None
        """Why; ``None`` while the call is wanted."""

    @property
    def requested(self) -> bool:
        """Whether the call is wanted no more."""
        return self.reason is not None

    def request(self, reason: str) -> None:
        """Say that the call is wanted no more; the first reason stays.

        Args:
            reason: in words.
        """
        if self.reason is None:
            self.reason = reason


async def _untold(_value: Json) -> bool:
    return False


@attrs.frozen(eq=False)
class ToolContext:
    """Given to a tool that has a parameter of this type, under whatever name; the model never hears of it."""

    call: FunctionCall = attrs.field(factory=FunctionCall)
    """As the model made it."""
    state: State = attrs.field(factory=State)
    """The session's. A call outside of a session has an empty one."""
    cancellation: Cancellation = attrs.field(factory=Cancellation, kw_only=True)
    """Whether the call is still wanted."""
    progress: Callable[[Json], Awaitable[bool]] | None = attrs.field(default=None, kw_only=True, repr=False)
    """Tells the model of a value while the tool runs on; ``None`` where a call can be answered once only."""

    @property
    def name(self) -> str:
        """What the tool was called by."""
        return self.call.name

    @property
    def call_id(self) -> str | None:
        """The call's id; Vertex may leave it off."""
        return self.call.id

    def report_progress(self, value: Json) -> Awaitable[bool]:
        """Tell the model of a value in between. To be awaited; from a plain tool: ``trio.from_thread.run(context.report_progress, value)``.

        Args:
            value: JSON; what is no object is wrapped as ``{"output": value}``.

        Returns:
            True: it is on its way. False: this model, or this kind of call, takes no answer but the last.
        """
        return (self.progress or _untold)(value)
