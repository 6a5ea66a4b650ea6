"""What became of every function call: answered once, or cancelled; never both, never twice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
)

from trio_live.errors import CallNotOpen
from trio_live.session._calls._fates import Fate
from trio_live.session._calls._ledger import CallLedger
from trio_live.wire import LIMITS, FunctionCall, FunctionResponse, PartialArg

WAITED_FOR, BESIDE = "look_up", "search"
"""The server waits for calls of the first function, and talks on during calls of the second."""


def ledger(*calls: tuple[str | None, str]) -> CallLedger:
    made = CallLedger(lambda name: name == WAITED_FOR)
    made.opened([FunctionCall(key, name) for key, name in calls])
    return made


def answer(key: str | None, name: str = WAITED_FOR, *, more: bool = False) -> FunctionResponse:
    return FunctionResponse(key, name, {"output": 1}, will_continue=more or None)


def write(calls: CallLedger, answers: Iterable[FunctionResponse]) -> list[str | None]:
    """Let the writer write these; the ids on the wire."""
    due = calls.due(answers)
    for one in due:
        calls.written(one, more_follows=bool(one.will_continue))
    return [one.id for one in due]


def accept(calls: CallLedger, *answers: FunctionResponse) -> list[FunctionResponse]:
    """Take answers that fit; they wait to be written."""
    return [each.answer for each in calls.accept(calls.judge(answers).answered)]


def respond(calls: CallLedger, *answers: FunctionResponse) -> list[str | None]:
    """Accept and write."""
    return write(calls, accept(calls, *answers))


def fates(calls: CallLedger, *answers: FunctionResponse) -> list[Fate]:
    return [refused.fate for refused in calls.judge(answers).refused]


# -- answering ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "answers", "left"),
    [
        ([("a", "f")], [("a", "f")], [False]),
        ([("a", "f"), ("b", "f")], [("b", "f"), ("a", "f")], [True, False]),
        ([("a", "f"), ("b", "f")], [("a", "f"), ("a", "f")], [True, True]),
        ([(None, "f")], [(None, "f")], [False]),
        ([(None, "f"), (None, "f")], [(None, "f"), (None, "f")], [True, False]),
        ([(None, "f"), (None, "g")], [(None, "g"), (None, "g"), (None, "f")], [True, True, False]),
        ([("a", "f")], [(None, "f")], [False]),
        ([(None, "f")], [("a", "f")], [False]),
        ([(None, "f"), ("a", "f")], [("a", "f"), (None, "f")], [True, False]),
        ([("a", "f")], [("b", "f")], [True]),
        ([("a", "f")], [(None, "g")], [True]),
        ([("", "f")], [("", "f")], [False]),
    ],
)
def test_an_answer_finds_its_call_by_id_and_without_one_by_name(
    calls: list[tuple[str | None, str]], answers: list[tuple[str | None, str]], left: list[bool]
) -> None:
    opened = ledger(*calls)
    assert opened.waits
    waits = []
    for key, name in answers:
        respond(opened, answer(key, name))
        waits.append(opened.waits)
    assert waits == left


def test_nothing_waits_at_first() -> None:
    assert not ledger().waits


def test_whoever_is_accepted_first_answers_and_the_second_is_told_why_not() -> None:
    calls = ledger(("a", WAITED_FOR))
    first = accept(calls, answer("a"))
    assert fates(calls, answer("a")) == [Fate.ANSWERED], "not written yet, and taken all the same"
    with pytest.raises(CallNotOpen, match=r"a .*was answered already"), calls.accepting([answer("a")]):
        pass
    assert write(calls, first) == ["a"]
    assert fates(calls, answer("a"), answer("b"), answer(None)) == [Fate.ANSWERED, Fate.UNKNOWN, Fate.UNKNOWN]


def test_of_two_answers_given_together_the_second_is_refused() -> None:
    verdict = ledger(("a", "f")).judge([answer("a", "f"), answer("a", "f")])
    assert [each.answer.id for each in verdict.answered] == ["a"]
    assert [refused.fate for refused in verdict.refused] == [Fate.ANSWERED]


def test_answers_by_hand_are_accepted_all_or_none() -> None:
    calls = ledger(("a", "f"), ("b", "f"))
    respond(calls, answer("b", "f"))
    with pytest.raises(CallNotOpen) as caught, calls.accepting([answer("a", "f"), answer("b", "f"), answer("x", "f")]):
        pass
    assert len(caught.value.problems) == 2
    assert "b (f) was answered already" in str(caught.value)
    assert "x (f) was never asked for" in str(caught.value)
    assert fates(calls, answer("a", "f")) == []


def test_an_answer_that_could_not_be_queued_leaves_its_call_open() -> None:
    calls = ledger(("a", "f"))
    with pytest.raises(KeyboardInterrupt), calls.accepting([answer("a", "f")]):
        raise KeyboardInterrupt
    assert respond(calls, answer("a", "f")) == ["a"]


def test_an_answer_that_goes_on_leaves_its_call_open() -> None:
    calls = ledger(("a", WAITED_FOR))
    assert respond(calls, answer("a", more=True)) == ["a"]
    assert calls.waits
    assert respond(calls, answer("a")) == ["a"]
    assert not calls.waits


def test_a_call_that_the_server_does_not_wait_for_goes_on_beside_the_talk_once_it_is_acknowledged() -> None:
    calls = ledger(("a", BESIDE), ("b", WAITED_FOR))
    assert respond(calls, answer("b")) == ["b"]
    assert calls.waits
    respond(calls, answer("a", BESIDE, more=True))
    assert [calls.waits] == [False]
    assert respond(calls, answer("a", BESIDE)) == ["a"]


def test_where_answers_cannot_go_on_the_first_one_was_the_last() -> None:
    calls = ledger(("a", "f"))
    [due] = calls.due(accept(calls, answer("a", "f", more=True)))
    calls.written(due, more_follows=False)
    assert fates(calls, answer("a", "f")) == [Fate.ANSWERED]


def test_an_answer_that_nobody_accepted_is_judged_when_it_is_written() -> None:
    calls = ledger(("a", "f"))
    assert write(calls, [answer("a", "f")]) == ["a"]
    with pytest.raises(CallNotOpen):
        calls.due([answer("a", "f")])


# -- the same call again --------------------------------------------------------------------------------------------


def test_an_id_is_one_call_however_often_it_comes() -> None:
    calls = ledger()
    one = FunctionCall("a", "f")
    assert calls.opened([one, one]) == (one,)
    assert calls.opened([one]) == (), "while it is open"
    respond(calls, answer("a", "f"))
    assert calls.opened([one]) == (), "after it was answered"
    assert not calls.waits


def test_calls_without_an_id_are_as_many_as_come() -> None:
    calls = ledger()
    assert len(calls.opened([FunctionCall(name="f"), FunctionCall(name="f"), FunctionCall(name="f")])) == 3


def test_what_was_answered_stays_so_whatever_flood_of_cancellations_comes() -> None:
    calls = ledger(("a", "f"))
    respond(calls, answer("a", "f"))
    calls.cancel(f"x{number}" for number in range(5000))
    assert len(calls.take_cancelled()) <= 2 * LIMITS["open"].most
    assert set(calls.intake.take_exceeded()) == {"open"}, "those that nobody is told of any more are counted"
    calls.cancel(["a"])
    assert calls.take_cancelled() == ()
    assert calls.opened([FunctionCall("a", "f")]) == ()


def test_only_so_many_calls_are_open_and_the_others_are_left_out() -> None:
    calls = ledger()
    most = LIMITS["open"].most
    opened = calls.opened([FunctionCall(str(number), "f") for number in range(most + 2)])
    assert len(opened) == most
    assert calls.intake.take_exceeded() == ["open", "open"]
    assert calls.intake.take_exceeded() == []
    respond(calls, answer("0", "f"))
    assert len(calls.opened([FunctionCall("again", "f")])) == 1


@pytest.mark.parametrize("more", [True, None])
def test_only_so_many_bytes_of_arguments_are_kept(more: bool | None) -> None:  # noqa: FBT001
    calls = ledger()
    many = {"text": "x" * (LIMITS["arguments"].most // 3)}
    for number in range(4):
        calls.opened([FunctionCall(str(number), "f", many, will_continue=more)])
    assert calls.intake.take_exceeded() == ["arguments", "arguments"]
    calls.lost()
    calls.opened([FunctionCall("4", "f", many, will_continue=more)])
    assert calls.intake.take_exceeded() == []


# -- arguments in pieces --------------------------------------------------------------------------------------------


def arguments(text: str, *, key: str | None = "a", more: bool = True) -> FunctionCall:
    name = "f" if key else ""
    return FunctionCall(key, name, partial_args=[PartialArg("$.x", string_value=text)], will_continue=more or None)


@pytest.mark.parametrize("key", ["a", None])
def test_a_call_is_told_of_when_its_arguments_are_complete(key: str | None) -> None:
    calls = ledger()
    assert calls.opened([arguments("fog ")]) == ()
    assert not calls.waits
    assert calls.opened([arguments("and rain", key=key)]) == ()
    assert calls.opened([arguments("", key=key, more=False)]) == (FunctionCall("a", "f", {"x": "fog and rain"}),)
    assert calls.opened([arguments("again")]) == ()


def test_a_call_that_is_cancelled_before_its_arguments_are_complete_is_never_told_of() -> None:
    calls = ledger()
    calls.opened([arguments("fog")])
    calls.cancel(["a"])
    assert calls.opened([arguments("", more=False)]) == ()
    assert calls.take_cancelled() == ("a",)


def test_an_interruption_cancels_half_a_call_that_the_server_waits_for() -> None:
    calls = ledger()
    calls.opened([FunctionCall("a", WAITED_FOR, will_continue=True), FunctionCall("b", BESIDE, will_continue=True)])
    calls.give_up()
    assert calls.take_cancelled() == ("a",)
    assert [one.id for one in calls.opened([FunctionCall("a", WAITED_FOR), FunctionCall("b", BESIDE)])] == ["b"]


# -- being cancelled ------------------------------------------------------------------------------------------------


def test_a_cancellation_closes_what_it_names_and_is_told_once() -> None:
    calls = ledger(("a", "f"), ("b", "g"), ("", "f"))
    calls.cancel(["a", "a", ""])
    calls.cancel(["a"])
    assert calls.take_cancelled() == ("a",)
    assert calls.take_cancelled() == ()
    assert fates(calls, answer("a", "f")) == [], "an answer by name may still be meant for the call without an id"
    assert fates(calls, answer("b", "g")) == []


def test_no_answer_follows_the_cancellation_of_its_call() -> None:
    calls = ledger(("a", "f"), ("b", "f"))
    waiting = accept(calls, answer("a", "f"), answer("b", "f"))
    calls.cancel(["a"])
    assert write(calls, waiting) == ["b"]
    assert calls.take_cancelled() == ("a",)
    assert fates(calls, answer("a", "f")) == [Fate.CANCELLED]


def test_what_was_answered_cannot_be_cancelled_any_more() -> None:
    calls = ledger(("a", "f"))
    respond(calls, answer("a", "f"))
    calls.cancel(["a"])
    assert calls.take_cancelled() == ()
    assert fates(calls, answer("a", "f")) == [Fate.ANSWERED]


def test_a_cancellation_that_comes_before_its_call_is_remembered_and_told() -> None:
    calls = ledger()
    calls.cancel(["a"])
    assert calls.take_cancelled() == ("a",)
    assert calls.opened([FunctionCall("a", "f")]) == ()
    assert calls.take_cancelled() == ()


def test_an_interruption_cancels_what_the_server_waits_for_and_nothing_else() -> None:
    calls = ledger(("a", WAITED_FOR), ("b", BESIDE), (None, WAITED_FOR), (None, BESIDE))
    calls.give_up()
    assert calls.take_cancelled() == ("a", WAITED_FOR)
    assert not calls.waits, "what runs on runs beside the talk"
    assert respond(calls, answer("b", BESIDE), answer(None, BESIDE)) == ["b", None]


def test_a_round_after_an_interruption_does_not_wait_for_what_runs_on() -> None:
    calls = ledger(("a", BESIDE))
    calls.give_up()
    calls.opened([FunctionCall("b", WAITED_FOR)])
    assert calls.waits
    respond(calls, answer("b"))
    assert not calls.waits


def test_with_the_connection_everybody_is_gone_who_waited() -> None:
    calls = ledger(("a", "f"), (None, "f"))
    calls.lost()
    assert not calls.waits
    assert calls.take_cancelled() == ()
    assert fates(calls, answer("a", "f")) == [Fate.CANCELLED]
    calls.begin(resumes=False, is_newest=False)
    assert len(calls.opened([FunctionCall("a", "f")])) == 1


# -- any order ------------------------------------------------------------------------------------------------------

NAMES = st.sampled_from([WAITED_FOR, BESIDE])
IDS = st.sampled_from([f"id-{number}" for number in range(6)])


class AnyOrder(RuleBasedStateMachine):
    """A server that repeats itself and cancels what it likes, and several who answer without knowing of each other."""

    queued: Bundle[FunctionResponse] = Bundle("queued")

    def __init__(self) -> None:
        super().__init__()
        self.calls = ledger()
        self.asked: dict[str, str] = {}
        self.answered: list[str | None] = []
        self.told: list[str] = []
        self.named: set[str] = set()

    @rule(asked=st.lists(st.tuples(IDS, NAMES), min_size=1, max_size=3))
    def the_model_asks(self, asked: list[tuple[str, str]]) -> None:
        before = set(self.asked) | self.named
        fresh = self.calls.opened([FunctionCall(key, name) for key, name in asked])
        assert [call.id for call in fresh] == list(dict.fromkeys(key for key, _ in asked if key not in before))
        self.asked |= {call.id or "": call.name for call in fresh}

    @rule(ids=st.lists(IDS, min_size=1, max_size=3))
    def the_server_cancels(self, ids: list[str]) -> None:
        self.named |= set(ids)
        self.calls.cancel(ids)

    @rule()
    def the_user_interrupts(self) -> None:
        self.calls.give_up()
        assert not self.calls.waits

    @rule(target=queued, keys=st.lists(IDS, min_size=1, max_size=3), more=st.booleans())
    def a_callback_answers(self, keys: list[str], more: bool) -> MultipleResults[FunctionResponse]:  # noqa: FBT001
        verdict = self.calls.judge([answer(key, self.asked.get(key, BESIDE), more=more) for key in keys])
        assert len(verdict.answered) + len(verdict.refused) == len(keys)
        return multiple(*(each.answer for each in self.calls.accept(verdict.answered)))

    @rule(target=queued, key=IDS)
    def somebody_answers_by_hand(self, key: str) -> MultipleResults[FunctionResponse]:
        given = answer(key, self.asked.get(key, BESIDE))
        if not self.calls.is_open(FunctionCall(key, "any")):
            with pytest.raises(CallNotOpen, match=key), self.calls.accepting([given]):
                pass
            return multiple()
        with self.calls.accepting([given]) as accepted:
            return multiple(*accepted)

    @rule(one=consumes(queued))
    def the_writer_writes(self, one: FunctionResponse) -> None:
        for due in self.calls.due([one]):
            assert due.id not in self.told
            self.calls.written(due, more_follows=bool(due.will_continue))
            if not due.will_continue:
                self.answered.append(due.id)

    @rule(one=consumes(queued))
    def the_writer_cannot_write(self, one: FunctionResponse) -> None:
        self.calls.take_back([one])

    @precondition(lambda self: self.calls._untold)
    @rule()
    def the_lane_tells(self) -> None:
        self.told += self.calls.take_cancelled()

    @invariant()
    def every_call_has_one_fate(self) -> None:
        told = [*self.told, *self.calls._untold]
        assert len(told) == len(set(told))
        assert len(self.answered) == len(set(self.answered))
        assert not set(told) & set(self.answered)
        ended = set(told) | set(self.answered)
        for key, name in self.asked.items():
            assert self.calls.is_wanted(FunctionCall(key, name)) is (key not in ended)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(deadline=None)
