"""What a running tool may know and do: the session's State, the call, its cancellation, a word in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import attrs

from trio_live._typing import Json, Seconds
from trio_live.state import State
from trio_live.tools._live_input import NO_INPUT, LiveInput
from trio_live.wire import FunctionCall

GOODBYE: Final[Seconds] = 20.0
"""A goodbye may take so long. Most take five seconds; a caller who has more to say gets an answer too."""
TOOK_TOO_LONG: Final = "it took too long"


def _never() -> bool:
    return False


class Cancellation:
    """Whether somebody wants a call no more, and why. May be read from any thread.

    An async tool is cancelled at its next checkpoint and seldom needs it. A plain function runs in a thread, which
    nobody can stop: it may look here between two steps.
    """

    __slots__ = ("_is_overdue", "_reason")

    def __init__(self) -> None:
        self._reason: str | None = None
        self._is_overdue: Callable[[], bool] = _never

    @property
    def reason(self) -> str | None:
        """Why; ``None`` while the call is wanted."""
        if self._reason is None and self._is_overdue():
            self._reason = TOOK_TOO_LONG
        return self._reason

    @property
    def requested(self) -> bool:
        """Whether the call is wanted no more."""
        return self.reason is not None

    def request(self, reason: str) -> None:
        """Say that the call is wanted no more; the first reason stays.

        Args:
            reason: in words.
        """
        if self._reason is None:
            self._reason = reason

    def watch(self, is_overdue: Callable[[], bool]) -> None:
        """Let somebody say whether the time is up, who knows it before the tool is told by its cancellation.

        Args:
            is_overdue: asked from any thread.
        """
        self._is_overdue = is_overdue


async def _untold(_value: Json) -> bool:
    return False


@attrs.define(eq=False)
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

    live_input: LiveInput = attrs.field(default=NO_INPUT, kw_only=True, repr=False)
    """For the parameter of type `LiveInput`; empty for a tool that has none."""

    ends_within: Seconds | None = attrs.field(default=None, init=False)
    """By when the call is to end, as the tool has asked with `end_call`; ``None``: it goes on."""

    @property
    def name(self) -> str:
        """What the tool was called by."""
        return self.call.name

    @property
    def call_id(self) -> str | None:
        """The call's id; Vertex may leave it off."""
        return self.call.id

    def end_call(self, *, within: Seconds = GOODBYE) -> None:
        """End the session, once the tool has returned and the model's last words have been heard. From any thread.

        The tool's result is sent first, so the model may still say goodbye. The session ends when the model's turn is
        over and its sound has been played: as a player reports (``handle.playback_drained``), or else by its length.
        Nothing of this happens if the tool fails, or its call is cancelled.

        Args:
            within: seconds from the answer at most.

        Raises:
            ValueError: not above 0.
        """
        if not within > 0:
            raise ValueError(f"within is a number of seconds above 0, not {within!r}")
        self.ends_within = within

    def report_progress(self, value: Json) -> Awaitable[bool]:
        """Tell the model of a value in between. To be awaited; from a plain tool: ``trio.from_thread.run(context.report_progress, value)``.

        Args:
            value: JSON; what is no object is wrapped as ``{"output": value}``.

        Returns:
            True: it is on its way. False: this model, or this kind of call, takes no answer but the last.

        Raises:
            ToolError: the value is no JSON, or too large.
        """
        return (self.progress or _untold)(value)
