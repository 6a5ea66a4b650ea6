"""Which answer belongs to which call. Pure.

By id where both have one. Otherwise by name, and then one answer is one call: ids may be absent on either side, and
two calls of one function are two questions. An answer that says ``will_continue`` leaves its call open for the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from trio_live._values import value
from trio_live.wire import FunctionCall, FunctionResponse
from trio_live.wire._internal import evolve


@value
class Paired:
    """An answer, and the call it answers."""

    answer: FunctionResponse
    """With its call's id, if there is a call and it has one."""
    call: FunctionCall | None
    """``None`` when it answers none of the calls."""
    is_repeated: bool = False
    """Whether its call has its last answer already; such an answer is not to be sent: the model asked once."""


def pair_answers(calls: Sequence[FunctionCall], answers: Iterable[FunctionResponse]) -> tuple[Paired, ...]:
    """The call of every answer, in the order of the answers."""
    closed: set[int] = set()
    pairs: list[Paired] = []
    for answer in answers:
        candidates = _candidates(answer, calls)
        position = next((number for number in candidates if number not in closed), None)
        if position is None:
            repeated = calls[candidates[0]] if candidates else None
            pairs.append(Paired(answer, repeated, is_repeated=repeated is not None))
            continue
        call = calls[position]
        pairs.append(Paired(answer if answer.id == call.id or not call.id else evolve(answer, id=call.id), call))
        if not answer.will_continue:
            closed.add(position)
    return tuple(pairs)


def _candidates(answer: FunctionResponse, calls: Sequence[FunctionCall]) -> list[int]:
    by_id = [number for number, call in enumerate(calls) if answer.id and call.id == answer.id]
    return by_id or [
        number for number, call in enumerate(calls) if call.name == answer.name and not (answer.id and call.id)
    ]


@value
class BatchAnswers:
    """A batch with what was answered to it."""

    answers: tuple[FunctionResponse, ...]
    """In the order of the calls; those to other calls come last. Second answers are left out."""
    missing: tuple[FunctionCall, ...]
    """Calls without an answer."""
    repeated: tuple[FunctionResponse, ...]
    """Second answers."""


def answers_of_batch(calls: Sequence[FunctionCall], answers: Iterable[FunctionResponse]) -> BatchAnswers:
    """Sort answers by the calls of a batch, and see which are missing."""
    pairs = pair_answers(calls, answers)
    found = [[pair.answer for pair in pairs if pair.call is call and not pair.is_repeated] for call in calls]
    return BatchAnswers(
        answers=(*(answer for one in found for answer in one), *(pair.answer for pair in pairs if pair.call is None)),
        missing=tuple(call for call, one in zip(calls, found, strict=True) if not one),
        repeated=tuple(pair.answer for pair in pairs if pair.is_repeated),
    )
