"""What the conversation says to function calls, and hears of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import trio

from trio_live import wire_events
from trio_live._values import value
from trio_live.control._conversation import Conversation, RefreshWish, WishMade
from trio_live.control._speaking import CallEnd
from trio_live.handoff._internal import TRANSFER_TOOL, retired
from trio_live.lanes._internal import CallScope, Router
from trio_live.phases._internal import ErrorReporter, ToolSplit, split_calls
from trio_live.session._internal import Answered, SessionProtocol
from trio_live.wire import FunctionCall, FunctionResponse
from trio_live.wire._internal import fit_response

if TYPE_CHECKING:
    from trio_live.control._handover import Handover
    from trio_live.reactive import TemporalPattern


@value
class CallsAnswered(wire_events.SessionEvent):
    """Calls have their answers; ours, not the server's. Told where extractors wait for it."""


class TalkOfCalls:
    """The conversation, as batches of calls see it.

    Args:
        conversation: knows the phase, the patterns and the transitions that are asked for.
        protocol: is told that calls are being run.
        router: tells what follows from that.
        note: puts an event of our own on the control lane.
        start: starts the actions of patterns that were found.
        report: told which guard raised.
        tells_answered: whether `CallsAnswered` is of interest.
        call_end: ends the session when its last words have been heard.
        handover: makes transfers; ``None`` where there is nobody to hand over to.
        refreshes: whether extractors look at the running turn before a call is refused.
    """

    def __init__(
        self,
        conversation: Conversation,
        protocol: SessionProtocol,
        router: Router,
        *,
        note: Callable[[wire_events.SessionEvent], None],
        start: Callable[[list[TemporalPattern]], None],
        report: ErrorReporter,
        tells_answered: bool,
        call_end: CallEnd,
        handover: Handover | None,
        refreshes: bool,
    ) -> None:
        self._conversation = conversation
        self._protocol = protocol
        self._router = router
        self._note = note
        self._start = start
        self._report = report
        self._tells_answered = tells_answered
        self.end_call = call_end.ask
        self._handover = handover
        self._refreshes = refreshes

    def split(self, calls: Sequence[FunctionCall]) -> ToolSplit:
        """Which calls whoever speaks now, and the current phase, let run."""
        conversation = self._conversation
        refused = {id(call): answer for call in calls if (answer := self._retired(call)) is not None}
        left = [call for call in calls if id(call) not in refused]
        split = split_calls(left, conversation.current_phase, conversation.state, self._report)
        if split.held and not (self._refreshes and conversation.buffer.has_pending()):
            split = ToolSplit(split.allowed, split.rejected)
        if not refused:
            return split
        barred = [call for call in left if all(call is not each for each in split.allowed)]
        refused.update(zip(map(id, barred), split.rejected, strict=True))
        return ToolSplit(split.allowed, tuple(refused[id(call)] for call in calls if id(call) in refused), split.held)

    async def reconsidered(self, calls: Sequence[FunctionCall]) -> ToolSplit:
        """Which calls that a guard keeps back may run after all, when extractors have looked at the running turn.

        Cancellation: they look all the same.
        """
        wish = RefreshWish(calls)
        self._conversation.refreshes.append(wish)
        self._note(WishMade())
        await wish.over.wait()
        return wish.split or ToolSplit((), ())

    def _retired(self, call: FunctionCall) -> FunctionResponse | None:
        roster = self._conversation.roster
        owners = roster.owners(call.name) if roster is not None else []
        return retired(call, roster.current.name, owners) if roster is not None and owners else None

    def transfers(self, calls: Sequence[FunctionCall]) -> Sequence[FunctionCall]:
        """Those of some calls that ask for another agent."""
        return () if self._handover is None else [call for call in calls if call.name == TRANSFER_TOOL]

    async def hand_over(self, transfers: Sequence[FunctionCall]) -> Sequence[Answered]:
        """Make the transfer that is asked for; returns what is to be answered. Cancellation: the session is ending."""
        return () if self._handover is None else await self._handover.by_calls(transfers)

    def may_stay_open(self, call: FunctionCall) -> bool:
        """Whether the program answers such calls by hand."""
        manual = self._conversation.options.manual_tools
        return manual == "all" or call.name in manual

    async def tools_started(self) -> None:
        """The calls that are pending are being run now."""
        for event in self._protocol.tools_started():
            await self._router.route(event)

    async def returned(self, scope: CallScope) -> None:
        """Have the control lane make the moves that a batch asked for, before it is answered.

        Cancellation: they are made all the same.
        """
        wishes = [wish for wish in self._conversation.wishes if wish.asked_in is scope]
        for wish in wishes:
            wish.asked_in = None
        if wishes:
            self._note(WishMade())
        for wish in wishes:
            await wish.over.wait()
        if self._handover is not None:
            await self._handover.returned(scope)

    def may_continue(self, call: FunctionCall) -> bool:
        """Whether a call may be answered in pieces: the model talks on meanwhile, and takes more than one answer."""
        protocol = self._protocol
        piece, _ = fit_response(FunctionResponse(will_continue=True), protocol.abilities)
        return bool(piece.will_continue) and not protocol.calls.gives_way(call.name)

    def completed(self, answered: Sequence[Answered], never_ran: Sequence[FunctionCall]) -> None:
        """Patterns see how each call ended; computed values see what functions wrote."""
        patterns, now = self._conversation.patterns, trio.current_time()
        for call, answer in answered:
            if patterns is None or answer.will_continue or any(call is each for each in never_ran):
                continue  # what has not run to its end neither failed nor succeeded
            failed = isinstance(answer.response, dict) and "error" in answer.response
            self._start(patterns.tool_completed(self._conversation.state, answer.name, now, ok=not failed))
        if self._conversation.computed is not None:
            self._conversation.recompute()
        if self._tells_answered and answered:
            self._note(CallsAnswered())
