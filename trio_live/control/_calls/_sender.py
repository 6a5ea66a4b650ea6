"""Answers to function calls on their way out: accepted, remembered, published, sent as one message."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from trio_live import events
from trio_live.conversation import TranscriptBuffer
from trio_live.errors import SessionClosed
from trio_live.events._internal import SendToolResponse
from trio_live.lanes._internal import Outbound
from trio_live.session._internal import Answered, CallLedger

logger = logging.getLogger("trio_live.tools")


class AnswerSender:
    """Sends answers for one session.

    Args:
        ledger: accepts them, or says that they come too late.
        transcript: remembers what was called.
        publish: tells readers of live events.
        outbound: the way out.
    """

    def __init__(
        self,
        ledger: CallLedger,
        transcript: TranscriptBuffer,
        publish: Callable[[events.LiveEvent], None],
        outbound: Outbound,
    ) -> None:
        self._ledger = ledger
        self._transcript = transcript
        self._publish = publish
        self._outbound = outbound

    async def send(self, answered: Sequence[Answered]) -> Sequence[Answered]:
        """Send answers as one message; returns those whose calls were still open.

        Cancellation: nothing was sent, and the calls stay open.
        """
        accepted = self._ledger.accept(answered)
        if len(accepted) < len(answered):
            logger.info("%d answers came too late: their calls were cancelled", len(answered) - len(accepted))
        if accepted:
            command = SendToolResponse(tuple(answer for _, answer in accepted))
            try:
                await self._outbound.submit(command, gives_turn=False)
            except SessionClosed:
                logger.info("the session ended before %d function calls could be answered", len(accepted))
            except BaseException:
                self._ledger.take_back(command.responses)
                raise
        # The model waits, so it is told first. Nobody else comes between: what was just written or queued gave no turn.
        for call, answer in accepted:
            args = call.args or {}
            self._transcript.push_tool_call(answer.name, args, answer.response)
            self._publish(events.ToolExecution(answer.name, args, answer.response))
        return accepted
