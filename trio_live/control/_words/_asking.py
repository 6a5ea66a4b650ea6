"""Questions whose askers wait: sent one after the other, and answered when all that belongs to the answer was handled.

Which turn answers which question is decided by `trio_live.session`, in the order in which things were sent and received.
Here the askers wait until the control lane has handled those turns, and get what was said in them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

import attrs
import trio

from trio_live._tasks import cancel
from trio_live._typing import Seconds
from trio_live.conversation import Answer, TranscriptTurn
from trio_live.errors import SessionClosed
from trio_live.lanes._internal import Lifetime
from trio_live.session._internal import PATIENCE, Certainty, Questions, Standing

WORDS_WITHIN: Final[Seconds] = 0.5
"""So long the words of an answer that was spoken, and has none yet, are waited for."""


@attrs.define
class _Handled:
    """One turn that was handled to its end."""

    record: TranscriptTurn | None
    words: str
    untranscribed: bool


class Asking:
    """The askers of one session.

    Args:
        questions: decides which turn answers which question.
        lifetime: of the session.
        send: sends a question, under its number.
    """

    def __init__(
        self, questions: Questions, lifetime: Lifetime, send: Callable[[str, int], Coroutine[Any, Any, None]]
    ) -> None:
        self._questions = questions
        self._lifetime = lifetime
        self._send = send
        self._turn_to_ask = trio.Lock()
        self._changed = trio.lowlevel.ParkingLot()
        self._is_waiting = False
        self._handled: dict[int, _Handled] = {}
        questions.changed = self.look_again

    # -- what the control lane tells ----------------------------------------------------------------------------

    def look_again(self) -> None:
        """An answer may be over. Costs nothing while nobody waits."""
        if self._changed:
            self._changed.unpark_all()

    def turn_handled(self, number: int, record: TranscriptTurn | None, words: str, *, untranscribed: bool) -> None:
        """A turn was handled to its end."""
        if self._is_waiting:
            self._handled[number] = _Handled(record, words, untranscribed)
            self.look_again()

    def turn_amended(self, number: int, record: TranscriptTurn | None, words: str) -> None:
        """Words have come after the end of their turn."""
        if number in self._handled:
            self.turn_handled(number, record, words, untranscribed=record is not None and record.untranscribed)

    # -- asking -------------------------------------------------------------------------------------------------

    async def ask(self, text: str, *, with_results: bool) -> Answer:
        """See ``LiveHandle.ask``."""
        if self._lifetime.is_inside():
            raise RuntimeError(
                "a callback cannot wait for an answer in its own session, which waits for the callback: send_text there,"
                " or ask from a task of your own"
            )
        async with self._turn_to_ask:
            question = self._questions.open()
            self._is_waiting = True
            try:
                await self._send(text, question)
                standing = await self._over(question, with_results=with_results)
            finally:
                self._questions.close(question)
                handled, self._handled, self._is_waiting = self._handled, {}, False
            return _answer(standing, [handled[number] for number in standing.turns])

    async def _over(self, question: int, *, with_results: bool) -> Standing:
        """Wait until the answer is over and handled.

        Raises:
            SessionClosed: the session has ended before.
        """
        ended = self._lifetime.ended
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._look_at_the_end)
            while True:
                standing = self._questions.standing(question, with_results=with_results)
                patience = self._patience(standing)
                if patience <= 0 or ended.is_set():
                    break
                with trio.move_on_after(patience) as waiting:
                    await self._changed.park()
                if waiting.cancelled_caught:
                    break
            cancel(nursery.cancel_scope, "the answer is there")
        if not self._is_handled(standing):
            raise SessionClosed(self._lifetime.reason)
        if standing.certainty is Certainty.LIKELY:
            self._questions.nothing_followed(question)
        return standing

    async def _look_at_the_end(self) -> None:
        await self._lifetime.ended.wait()
        self.look_again()

    def _is_handled(self, standing: Standing) -> bool:
        return bool(standing.turns) and all(number in self._handled for number in standing.turns)

    def _patience(self, standing: Standing) -> Seconds:
        """How long to wait for something more; 0: for nothing."""
        if standing.certainty is Certainty.OPEN or not self._is_handled(standing):
            return math.inf
        if standing.certainty is Certainty.LIKELY:
            return PATIENCE
        return WORDS_WITHIN if self._handled[standing.turns[-1]].untranscribed else 0.0


def _answer(standing: Standing, turns: Iterable[_Handled]) -> Answer:
    handled = tuple(turns)
    records = [each.record for each in handled if each.record is not None]
    return Answer(
        text=_joined(each.words for each in handled),
        heard=_joined(each.model for each in records),
        turns=standing.turns,
        tool_calls=tuple(call for each in records for call in each.tool_calls),
        interrupted=standing.interrupted,
        cut=standing.cut,
        untranscribed=any(each.untranscribed for each in handled),
    )


def _joined(texts: Iterable[str]) -> str:
    return " ".join(stripped for text in texts if (stripped := text.strip()))
