"""Which answer belongs to which call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.session._calls._answering import Answered, in_call_order, pair_answers
from trio_live.wire import FunctionCall, FunctionResponse


def call(name: str, id_: str | None = None) -> FunctionCall:
    return FunctionCall(id=id_, name=name)


def answer(name: str, id_: str | None = None, *, more: bool = False, says: int = 0) -> FunctionResponse:
    return FunctionResponse(id=id_, name=name, response={"says": says}, will_continue=True if more else None)


def found(calls: list[FunctionCall], answers: list[FunctionResponse]) -> list[tuple[FunctionCall | None, object]]:
    return [(pair.call, pair.answer.response) for pair in pair_answers(calls, answers)]


def test_the_id_decides_whatever_the_name() -> None:
    calls = [call("f", "1"), call("f", "2")]
    answers = [answer("f", "2", says=2), answer("g", "1", says=1)]
    assert found(calls, answers) == [(calls[1], {"says": 2}), (calls[0], {"says": 1})]


def test_an_answer_without_an_id_gets_that_of_its_call() -> None:
    pairs = pair_answers([call("f", "1"), call("f", "2")], [answer("f", says=1), answer("f", says=2)])
    assert [(pair.answer.id, pair.answer.response) for pair in pairs] == [("1", {"says": 1}), ("2", {"says": 2})]


def test_two_nameless_calls_are_two_questions() -> None:
    calls = [call("f"), call("f")]
    first, second, third = pair_answers(calls, [answer("f"), answer("f"), answer("f")])
    assert first.call is calls[0]
    assert second.call is calls[1]
    assert third.is_repeated


def test_a_call_is_answered_once() -> None:
    second = answer("f", "1", says=2)
    first, again = pair_answers([call("f", "1")], [answer("f", "1", says=1), second])
    assert not first.is_repeated
    assert (again.is_repeated, again.answer, again.call) == (True, second, first.call)


def test_an_answer_in_pieces_is_one_answer() -> None:
    pieces = [*(answer("f", "1", more=True, says=n) for n in range(3)), answer("f", "1", says=3)]
    assert not any(pair.is_repeated for pair in pair_answers([call("f", "1")], pieces))


def test_an_answer_with_another_id_is_not_the_answer() -> None:
    assert found([call("f", "1")], [answer("f", "2")]) == [(None, {"says": 0})]


@pytest.mark.parametrize("id_", [None, "77"])
def test_a_call_without_an_id_takes_an_answer_by_its_name(id_: str | None) -> None:
    one = call("f")
    [pair] = pair_answers([one], [answer("f", id_)])
    assert pair.call is one
    assert pair.answer.id == id_


def test_answers_are_put_into_the_order_of_the_calls_and_those_to_other_calls_come_last() -> None:
    first, second, other = call("f"), call("f"), call("g", "9")
    answered = [Answered(one, answer("f")) for one in (other, second, first, second)]
    assert [each.call for each in in_call_order([first, second], answered)] == [first, second, second, other]


NAMES = st.sampled_from(["f", "g"])
IDS = st.sampled_from([None, "1", "2", "3"])
CALLS = st.lists(st.builds(call, NAMES, IDS), max_size=5, unique_by=lambda c: c.id or object())
ANSWERS = st.lists(
    st.builds(lambda name, id_, says: answer(name, id_, says=says), NAMES, IDS, st.integers()), max_size=6
)


@given(CALLS, ANSWERS)
def test_no_call_is_answered_twice_and_no_answer_is_lost(
    calls: list[FunctionCall], answers: list[FunctionResponse]
) -> None:
    pairs = pair_answers(calls, answers)
    answered = [pair.call for pair in pairs if pair.call is not None and not pair.is_repeated]
    assert len({id(one) for one in answered}) == len(answered)
    assert [pair.answer.response for pair in pairs] == [one.response for one in answers]
    assert all(pair.call is not None for pair in pairs if pair.is_repeated)
    assert all(pair.answer.id == pair.call.id for pair in pairs if pair.call and pair.call.id and not pair.is_repeated)
