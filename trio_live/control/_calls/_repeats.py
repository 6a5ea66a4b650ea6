"""A model that calls the same function with the same arguments again and again in one turn is told so."""

from __future__ import annotations

from typing import Final

from trio_live.session._internal import Answered
from trio_live.wire import FunctionCall, FunctionResponse
from trio_live.wire._internal import evolve

REPEATS: Final = 5
"""Like calls in a turn that are nobody's business: somebody may well look three times whether it is done yet."""
MOST_KINDS: Final = 64
"""Different calls of a turn that are remembered. A model that goes round in circles goes round in small ones."""


class Repeats:
    """Counts the like calls of a turn."""

    def __init__(self) -> None:
        self._seen: list[tuple[FunctionCall, int]] = []

    def count(self, call: FunctionCall) -> int:
        """How often such a call came in this turn, this one included."""
        for place, (other, times) in enumerate(self._seen):
            if other.name == call.name and other.args == call.args:
                self._seen[place] = (other, times + 1)
                return times + 1
        if len(self._seen) < MOST_KINDS:
            self._seen.append((call, 1))
        return 1

    def forget(self) -> None:
        """Another turn begins."""
        self._seen.clear()


def noticed(answered: Answered, times: int) -> Answered:
    """The answer to a call that came so many times, with a word about it. It runs all the same: its answer may be new."""
    call, answer = answered
    if not isinstance(answer.response, dict) or "notice" in answer.response:
        return answered
    notice = (
        f"{call.name} has been called {times} times with the same arguments in this turn. "
        "Do not call it like this again: use the answers you have, or say what is missing."
    )
    told: FunctionResponse = evolve(answer, response={**answer.response, "notice": notice})
    return Answered(call, told)
