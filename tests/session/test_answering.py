"""Which answer belongs to which call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.session._answering import answers_of_batch, pair_answers
from trio_live.wire import FunctionCall, FunctionResponse


def call(name: str, id_: str | None = None) -> FunctionCall:
    return FunctionCall(id=id_, name=name)


def answer(name: str, id_: str | None = None, *, more: bool = False, says: int = 0) -> FunctionResponse:
    return FunctionResponse(id=id_, name=name, response={"says": says}, will_continue=True if more else None)


def test_the_id_decides_whatever_the_name() -> None:
    calls = [call("f", "1"), call("f", "2")]
    found = answers_of_batch(calls, [answer("f", "2", says=2), answer("g", "1", says=1)])
    assert [(response.id, response.response) for response in found.answers] == [("1", {"says": 1}), ("2", {"says": 2})]
    assert found.missing == ()


def test_an_answer_without_an_id_gets_that_of_its_call() -> None:
    found = answers_of_batch([call("f", "1"), call("f", "2")], [answer("f", says=1), answer("f", says=2)])
    assert [(response.id, response.response) for response in found.answers] == [("1", {"says": 1}), ("2", {"says": 2})]


def test_two_nameless_calls_are_two_questions() -> None:
    calls = [call("f"), call("f")]
    assert answers_of_batch(calls, [answer("f")]).missing == (calls[1],)
    assert answers_of_batch(calls, [answer("f", says=1), answer("f", says=2)]).missing == ()


def test_a_call_is_answered_once() -> None:
    second = answer("f", "1", says=2)
    first, again = pair_answers([call("f", "1")], [answer("f", "1", says=1), second])
    assert not first.is_repeated
    assert (again.is_repeated, again.answer, again.call) == (True, second, first.call)
    assert answers_of_batch([call("f", "1")], [answer("f", "1", says=1), second]).answers == (first.answer,)


def test_an_answer_in_pieces_is_one_answer() -> None:
    pieces = [*(answer("f", "1", more=True, says=n) for n in range(3)), answer("f", "1", says=3)]
    assert answers_of_batch([call("f", "1")], pieces).answers == tuple(pieces)


def test_answers_to_other_calls_come_last_and_are_kept() -> None:
    other = answer("g", "9")
    found = answers_of_batch([call("f", "1")], [other, answer("f", "1")])
    assert found.answers[-1] is other
    assert found.missing == ()


def test_an_answer_with_another_id_is_not_the_answer() -> None:
    calls = [call("f", "1")]
    assert answers_of_batch(calls, [answer("f", "2")]).missing == tuple(calls)


@pytest.mark.parametrize("id_", [None, "77"])
def test_a_call_without_an_id_takes_an_answer_by_its_name(id_: str | None) -> None:
    found = answers_of_batch([call("f")], [answer("f", id_)])
    assert found.missing == ()
    assert found.answers[0].id == id_


NAMES = st.sampled_from(["f", "g"])
IDS = st.sampled_from([None, "1", "2", "3"])
CALLS = st.lists(st.builds(call, NAMES, IDS), max_size=5, unique_by=lambda c: c.id or object())
ANSWERS = st.lists(
    st.builds(lambda name, id_, says: answer(name, id_, says=says), NAMES, IDS, st.integers()), max_size=6
)


@given(CALLS, ANSWERS)
def test_every_call_has_one_answer_or_is_missing_and_no_answer_is_lost(
    calls: list[FunctionCall], answers: list[FunctionResponse]
) -> None:
    pairs = pair_answers(calls, answers)
    found = answers_of_batch(calls, answers)
    answered = [pair.call for pair in pairs if pair.call is not None and not pair.is_repeated]
    others = [pair for pair in pairs if pair.call is None]
    repeated = [pair for pair in pairs if pair.is_repeated]
    assert len({id(one) for one in answered}) == len(answered)
    assert len(answered) + len(found.missing) == len(calls)
    assert len(found.answers) == len(answered) + len(others)
    assert len(answered) + len(others) + len(repeated) == len(answers)
    assert all(pair.answer.id == pair.call.id for pair in pairs if pair.call and pair.call.id and not pair.is_repeated)
