"""What function calls ask of the conversation: declared here, and given by the room above."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from trio_live._typing import Seconds
from trio_live.lanes._internal import CallScope
from trio_live.phases._internal import ToolSplit
from trio_live.session._internal import Answered
from trio_live.wire import FunctionCall


class Talk(Protocol):
    """What a batch asks of the conversation and tells it."""

    def split(self, calls: Sequence[FunctionCall]) -> ToolSplit:
        """Which calls the current phase lets run."""
        ...

    async def reconsidered(self, calls: Sequence[FunctionCall]) -> ToolSplit:
        """Which calls that a guard keeps back may run after all."""
        ...

    def transfers(self, calls: Sequence[FunctionCall]) -> Sequence[FunctionCall]:
        """Those of some calls that ask for another agent."""
        ...

    async def hand_over(self, transfers: Sequence[FunctionCall]) -> Sequence[Answered]:
        """Make the transfer that is asked for; returns what is to be answered."""
        ...

    def may_stay_open(self, call: FunctionCall) -> bool:
        """Whether the program answers such calls by hand."""
        ...

    async def tools_started(self) -> None:
        """The calls that are pending are being run now."""
        ...

    async def returned(self, scope: CallScope) -> None:
        """Whatever answers the calls of a batch has returned; the transitions that it asked for are made."""
        ...

    def may_continue(self, call: FunctionCall) -> bool:
        """Whether a call may be answered in pieces: the model talks on meanwhile, and takes more than one answer."""
        ...

    def end_call(self, within: Seconds) -> None:
        """A function wants the session to end, once the model's last words have been heard."""
        ...

    def completed(self, answered: Sequence[Answered], never_ran: Sequence[FunctionCall]) -> None:
        """Calls were answered; some of them without having run."""
        ...
