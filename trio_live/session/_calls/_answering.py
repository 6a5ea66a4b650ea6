"""Which answer belongs to which call. Pure.

By id where both have one. Otherwise by name, and then one answer is one call: ids may be absent on either side, and
two calls of one function are two questions. An answer that says ``will_continue`` leaves its call open for the next.

A peer decides how many calls there are, so each is looked at once: they are found by what stands in the answer.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from trio_live._values import value
from trio_live.session._calls._fates import Fate
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


@value
class Refused:
    """An answer that is not to be sent, and why."""

    answer: FunctionResponse
    fate: Fate

    def __str__(self) -> str:
        return f"the function call {self.answer.id or '(no id)'} ({self.answer.name}) {self.fate.value}"


@value
class Verdict:
    """What the ledger says to some answers."""

    answered: Sequence[Answered]
    """Those that may be sent, in the order given."""
    refused: Sequence[Refused]


def judge_answers(
    calls: list[FunctionCall],
    answers: Iterable[FunctionResponse],
    batch: Sequence[FunctionCall],
    fate_of: Callable[[FunctionResponse, Sequence[FunctionCall]], Fate],
) -> Verdict:
    """Which open calls these answers answer.

    Args:
        calls: those that are open, the oldest first.
        answers: as somebody gave them.
        batch: the calls that they are meant for in the first place.
        fate_of: why an answer that fits none of them is not to be sent.
    """
    if len(calls) > 1 and batch:
        own = {id(call) for call in batch}
        calls.sort(key=lambda call: id(call) not in own)
    answered: list[Answered] = []
    refused: list[Refused] = []
    for answer, call, is_repeated in pair_answers(calls, answers):
        if call is not None and not is_repeated:
            answered.append(Answered(call, answer))
        else:
            refused.append(Refused(answer, Fate.ANSWERED if is_repeated else fate_of(answer, batch)))
    return Verdict(answered, refused)


def pair_answers(calls: Sequence[FunctionCall], answers: Iterable[FunctionResponse]) -> list[Paired]:
    """The call of every answer, in the order of the answers. Of several calls that it fits, the first open one."""
    answers = list(answers)
    if len(calls) == len(answers) == 1 and answers[0].id and answers[0].id == calls[0].id:  # nearly always
        return [Paired(answers[0], calls[0])]
    wanted = _Wanted(calls)
    pairs: list[Paired] = []
    for answer in answers:
        candidates = wanted.candidates(answer)
        call = candidates.next_open(wanted.closed)
        if call is None:
            pairs.append(Paired(answer, candidates.first, candidates.first is not None))
            continue
        pairs.append(Paired(answer if answer.id == call.id or not call.id else evolve(answer, id=call.id), call))
        if not answer.will_continue:
            wanted.closed.add(id(call))
    return pairs


class _Candidates:
    """The calls that an answer may be meant for, in their order."""

    __slots__ = ("_calls", "first")

    def __init__(self) -> None:
        self._calls: deque[FunctionCall] = deque()
        self.first: FunctionCall | None = None

    def add(self, call: FunctionCall) -> None:
        self.first = self.first or call
        self._calls.append(call)

    def next_open(self, closed: set[int]) -> FunctionCall | None:
        """The first that has not got its last answer. Those before it never count again."""
        while self._calls and id(self._calls[0]) in closed:
            self._calls.popleft()
        return self._calls[0] if self._calls else None


class _Wanted:
    """Calls, to be found by what an answer says."""

    def __init__(self, calls: Sequence[FunctionCall]) -> None:
        self.closed: set[int] = set()
        """Calls that have their last answer, by identity."""
        self._by_id: defaultdict[str, _Candidates] = defaultdict(_Candidates)
        self._by_name: defaultdict[str, _Candidates] = defaultdict(_Candidates)
        self._without_id: defaultdict[str, _Candidates] = defaultdict(_Candidates)
        for call in calls:
            self._by_name[call.name].add(call)
            if call.id:
                self._by_id[call.id].add(call)
            else:
                self._without_id[call.name].add(call)

    def candidates(self, answer: FunctionResponse) -> _Candidates:
        if not answer.id:
            return self._by_name[answer.name]
        return self._by_id.get(answer.id) or self._without_id[answer.name]


def in_call_order(calls: Sequence[FunctionCall], answered: Iterable[Answered]) -> list[Answered]:
    """Answers in the order of the calls; those to other calls come last."""
    places = {id(call): number for number, call in enumerate(calls)}
    return sorted(answered, key=lambda each: places.get(id(each.call), len(places)))
