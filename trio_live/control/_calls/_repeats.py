"""A model that calls the same function with the same arguments again and again in one turn is told so."""

from __future__ import annotations

import json
from collections.abc import Hashable
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
        self._seen: dict[Hashable, int] = {}

    def count(self, call: FunctionCall) -> int:
        """How often such a call came in this turn, this one included."""
        kind = _kind(call)
        times = self._seen.get(kind, 0) + 1
        if times > 1 or len(self._seen) < MOST_KINDS:
            self._seen[kind] = times
        return times

    def forget(self) -> None:
        """Another turn begins."""
        self._seen.clear()


def _kind(call: FunctionCall) -> Hashable:
    """The same for like calls, whatever the order of their arguments."""
    try:
        return call.name, frozenset((call.args or {}).items())
    except TypeError:  # an argument that is a list or an object
        return call.name, json.dumps(call.args, sort_keys=True)


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
