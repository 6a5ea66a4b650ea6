"""The calls that wait for an answer, and how an answer finds its call."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from trio_live.session._open_calls import OpenCalls
from trio_live.wire import FunctionCall, FunctionResponse


def open_calls(*calls: tuple[str | None, str]) -> OpenCalls:
    opened = OpenCalls()
    opened.add(FunctionCall(key, name) for key, name in calls)
    return opened


def answers_left(opened: OpenCalls, answers: Iterable[tuple[str | None, str]]) -> list[bool]:
    """Whether anything is open after each answer."""
    left = []
    for key, name in answers:
        opened.answer(FunctionResponse(key, name))
        left.append(bool(opened))
    return left


def test_nothing_is_open_at_first() -> None:
    assert not OpenCalls()
    assert open_calls(("a", "f"))


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
    assert answers_left(open_calls(*calls), answers) == left


def test_an_answer_that_goes_on_leaves_its_call_open() -> None:
    opened = open_calls(("a", "f"))
    opened.answer(FunctionResponse("a", "f", {"output": 1}, will_continue=True))
    assert opened
    opened.answer(FunctionResponse("a", "f", {}, will_continue=False))
    assert not opened


def test_a_call_whose_arguments_come_in_pieces_is_one_call() -> None:
    opened = open_calls(("a", "f"))
    opened.add([FunctionCall("a", "f", {"x": 1})])
    assert answers_left(opened, [("a", "f")]) == [False]


def test_a_cancellation_closes_what_it_names_and_may_name_what_is_closed() -> None:
    opened = open_calls(("a", "f"), ("b", "g"), ("", "f"))
    opened.cancel(["a", "x", "a", ""])
    assert answers_left(opened, [("b", "g"), (None, "f")]) == [True, False]
    opened.cancel(["a"])
    assert not opened


def test_everything_can_be_forgotten_at_once() -> None:
    opened = open_calls(("a", "f"), (None, "f"))
    opened.clear()
    assert not opened
