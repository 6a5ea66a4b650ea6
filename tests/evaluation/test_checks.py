from __future__ import annotations

import pytest

from trio_live import State
from trio_live.evaluation import Check, Exchange, FunctionRun, Talk, called, holds, known, says, state_is, with_agent


def talk() -> Talk:
    state = State()
    state.set("count", 1)
    run = FunctionRun("book", {"time": "eight", "seats": 2}, {"output": "ok"})
    return Talk((Exchange("Hi", "Good evening.", (run,)), Exchange("Bye", "")), state, "ask", "desk")


@pytest.mark.parametrize(
    ("check", "holds_", "why"),
    [
        (says("good EVENING"), True, "it said 'Good evening.'"),
        (says("night"), False, "it never did"),
        (called("book", seats=2.0), True, 'book(time="eight", seats=2) → {"output": "ok"}'),
        (called("cancel"), False, "it was never called"),
        (state_is("count", 1.0), True, "it is 1"),
        (state_is("other", None), False, "it is not known"),
        (known("count"), True, "it is 1"),
        (known("other"), False, "it is not"),
        (with_agent("desk"), True, "'desk' speaks"),
        (holds("two", lambda talk: len(talk.exchanges) == 3), False, "it is not so"),
        (holds("broken", lambda talk: talk.nothing), False, "AttributeError: 'Talk' object has no attribute 'nothing'"),  # type: ignore[attr-defined]
    ],
)
def test_a_check_says_what_it_saw(check: Check, holds_: bool, why: str) -> None:  # noqa: FBT001 - a row
    assert check.look(talk()) == (holds_, why)


def test_before_the_session_has_begun_nothing_is_known() -> None:
    assert [check.look(Talk())[0] for check in (known("a"), state_is("a", 1), says("a"))] == [False] * 3
