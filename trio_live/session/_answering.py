"""Which answer belongs to which call. Pure.

By id where both have one. Otherwise by name, and then one answer is one call: ids may be absent on either side, and
two calls of one function are two questions. An answer that says ``will_continue`` leaves its call open for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from trio_live.wire import FunctionCall, FunctionResponse
from trio_live.wire._internal import evolve


class Answered(NamedTuple):
    """A call, and an answer to it."""

    call: FunctionCall
    answer: FunctionResponse
    """With its call's id, if that has one."""


class Paired(NamedTuple):
    """An answer that somebody gave, and the call it answers."""

    answer: FunctionResponse
    """With its call's id, if there is a call and it has one."""
    call: FunctionCall | None
    """``None`` when it answers none of the calls."""
    is_repeated: bool = False
    """Whether its call has its last answer already; such an answer is not to be sent: the model asked once."""


def pair_answers(calls: Sequence[FunctionCall], answers: Iterable[FunctionResponse]) -> list[Paired]:
    """The call of every answer, in the order of the answers. Of several calls that it fits, the first open one."""
    closed: set[int] = set()
    pairs: list[Paired] = []
    for answer in answers:
        candidates = _candidates(answer, calls)
        left = [number for number in candidates if number not in closed]
        if not left:
            repeated = calls[candidates[0]] if candidates else None
            pairs.append(Paired(answer, repeated, repeated is not None))
            continue
        call = calls[left[0]]
        pairs.append(Paired(answer if answer.id == call.id or not call.id else evolve(answer, id=call.id), call))
        if not answer.will_continue:
            closed.add(left[0])
    return pairs


def _candidates(answer: FunctionResponse, calls: Sequence[FunctionCall]) -> list[int]:
    by_id = [number for number, call in enumerate(calls) if answer.id and call.id == answer.id]
    return by_id or [
        number for number, call in enumerate(calls) if call.name == answer.name and not (answer.id and call.id)
    ]


def in_call_order(calls: Sequence[FunctionCall], answered: Iterable[Answered]) -> list[Answered]:
    """Answers in the order of the calls; those to other calls come last."""
    places = {id(call): number for number, call in enumerate(calls)}
    return sorted(answered, key=lambda each: places.get(id(each.call), len(places)))
