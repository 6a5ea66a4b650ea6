"""Which answer belongs to which call of a batch. Pure.

By id where both have one. Otherwise by name, and then one answer is one call: ids may be absent on either side, and
two calls of one function are two questions. That is also how the session counts the calls that are still open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import attrs

from trio_live.wire import FunctionCall, FunctionResponse, evolve

Pair: TypeAlias = tuple[FunctionCall | None, FunctionResponse]
"""An answer and the call it answers; ``None`` when it answers none of the batch."""


@attrs.frozen
class Matched:
    """A batch with its answers."""

    pairs: tuple[Pair, ...]
    """In the order of the calls, each answer with its call's id; answers to other calls come last."""
    missing: tuple[FunctionCall, ...]
    """Calls without an answer."""
    superfluous: tuple[FunctionResponse, ...]
    """Second answers, which are not to be sent: the model asked once."""

    @property
    def answers(self) -> list[FunctionResponse]:
        """Everything that is to be sent."""
        return [answer for _, answer in self.pairs]


def match_answers(calls: Sequence[FunctionCall], answers: Iterable[FunctionResponse]) -> Matched:
    """Find the call of every answer. An answer that says ``will_continue`` leaves its call open for the next one."""
    found: list[list[Pair]] = [[] for _ in calls]
    closed: set[int] = set()
    others: list[Pair] = []
    superfluous: list[FunctionResponse] = []
    for answer in answers:
        candidates = _candidates(answer, calls)
        position = next((number for number in candidates if number not in closed), None)
        if position is not None:
            found[position].append((calls[position], evolve(answer, id=calls[position].id or answer.id)))
            if not answer.will_continue:
                closed.add(position)
        elif candidates:
            superfluous.append(answer)
        else:
            others.append((None, answer))
    return Matched(
        pairs=(*(pair for pairs in found for pair in pairs), *others),
        missing=tuple(call for call, pairs in zip(calls, found, strict=True) if not pairs),
        superfluous=tuple(superfluous),
    )


def _candidates(answer: FunctionResponse, calls: Sequence[FunctionCall]) -> list[int]:
    by_id = [number for number, call in enumerate(calls) if answer.id and call.id == answer.id]
    return by_id or [
        number for number, call in enumerate(calls) if call.name == answer.name and not (answer.id and call.id)
    ]
