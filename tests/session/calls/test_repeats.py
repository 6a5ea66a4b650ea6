from __future__ import annotations

from tests.session.calls.test_ledger import BESIDE, WAITED_FOR, answer, ledger, respond, write
from trio_live.session._calls._ledger import CallLedger
from trio_live.session._calls._repeats import Repeats
from trio_live.wire import LIMITS, FunctionCall


def test_an_answer_is_given_again_once_in_each_connection_that_asks_again() -> None:
    repeats, said = Repeats(), answer("a")
    repeats.given("a", said)
    assert repeats.asked("a") is None, "a repeated frame of the same connection is none"
    for _ in range(2):
        repeats.begin(resumes=True)
        assert repeats.asked("a") is said
        assert repeats.asked("a") is None
        assert repeats.take_due() == (said,)
        assert not repeats.due


def test_what_was_never_answered_has_no_answer() -> None:
    repeats = Repeats()
    repeats.given(None, answer(None))
    repeats.begin(resumes=True)
    assert repeats.asked(None) is repeats.asked("a") is None


def test_what_was_answered_anew_in_this_connection_is_not_given_again() -> None:
    repeats = Repeats()
    repeats.given("a", answer("a"))
    repeats.begin(resumes=True)
    repeats.given("a", answer("a"))
    assert repeats.asked("a") is None


def test_a_server_that_remembers_nothing_may_use_an_id_for_anything() -> None:
    repeats = Repeats()
    repeats.given("a", answer("a"))
    repeats.begin(resumes=False)
    assert repeats.asked("a") is None


def test_only_so_many_are_kept() -> None:
    repeats, most = Repeats(), LIMITS["open"].most
    for number in range(most + 1):
        repeats.given(str(number), answer(str(number)))
    repeats.begin(resumes=True)
    assert repeats.asked("0") is None
    assert repeats.asked("1") is not None


def test_the_ledger_answers_again_what_was_answered_before_the_cut_and_runs_nothing_twice() -> None:
    for name in (WAITED_FOR, BESIDE):
        calls = ledger(("a", name))
        said = answer("a", name)
        assert respond(calls, said) == ["a"]
        asked = [FunctionCall("a", name)]
        assert calls.opened(asked) == ()
        assert not calls.repeats.due, "the same connection has its answer"
        calls.begin(resumes=True, is_newest=False)
        assert calls.opened(asked) == ()
        assert calls.opened(asked) == ()
        assert waits(calls), "the server does so again"
        (again,) = calls.repeats.take_due()
        assert again.response == said.response
        assert write(calls, [again]) == ["a"]
        assert not waits(calls)
        assert not calls.is_accepted(again)


def waits(calls: CallLedger) -> bool:
    return calls.waits


def test_an_answer_that_is_cancelled_before_it_is_given_again_is_not() -> None:
    calls = ledger(("a", WAITED_FOR))
    respond(calls, answer("a"))
    calls.begin(resumes=True, is_newest=True)
    calls.opened([FunctionCall("a", WAITED_FOR)])
    calls.cancel(["a"])
    assert write(calls, calls.repeats.take_due()) == []
    assert calls.take_cancelled() == ("a",)


def test_a_cancelled_call_has_no_answer_to_be_given_again() -> None:
    calls = ledger(("a", WAITED_FOR))
    calls.cancel(["a"])
    calls.begin(resumes=True, is_newest=True)
    assert calls.opened([FunctionCall("a", WAITED_FOR)]) == ()
    assert not calls.repeats.due
