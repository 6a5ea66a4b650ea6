"""Bars of functions: from the call to its answer, or to what kept it from one."""

from __future__ import annotations

import json

import pytest

from trio_live import FunctionCall, FunctionResponse
from trio_live.timeline import Outcome, Span
from trio_live.timeline._model._board import Board
from trio_live.timeline._model._tools import ToolRow

CALL = FunctionCall(id="a", name="find", args={"x": 1})


@pytest.fixture
def board() -> Board:
    return Board()


def only(board: Board) -> Span:
    (span,) = board.over()
    return span


def test_a_bar_ends_with_its_answer(board: Board) -> None:
    row = ToolRow(board)
    row.called(CALL, 1.0)
    assert list(board.over()) == []
    row.answered(FunctionResponse(id="a", name="find", response={"found": 2}), 1.5)
    span = only(board)
    assert (span.begins, span.ends, span.outcome, span.kind) == (1.0, 1.5, Outcome.FINE, "find")
    assert json.loads(span.data) == {"id": "a", "name": "find", "args": {"x": 1}, "answers": [{"found": 2}]}


def test_an_error_is_a_failure(board: Board) -> None:
    row = ToolRow(board)
    row.called(CALL, 1.0)
    row.answered(FunctionResponse(id="a", name="find", response={"error": "no"}), 1.5)
    assert only(board).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "first", [{"will_continue": True}, {"response": {"status": "running"}}], ids=["more", "running"]
)
def test_an_answer_that_is_not_the_last_ends_nothing(first: dict[str, object], board: Board) -> None:
    row = ToolRow(board)
    row.called(CALL, 1.0)
    row.answered(FunctionResponse(**{"id": "a", "name": "find", **first}), 1.1)  # type: ignore[arg-type]
    assert list(board.over()) == []
    row.answered(FunctionResponse(id="a", name="find", response={"status": "completed"}), 3.0)
    assert only(board).ends == 3.0


def test_a_cancelled_call_tells_why_and_what_the_session_knows_comes_first(board: Board) -> None:
    row = ToolRow(board)
    row.called(CALL, 1.0)
    row.ran("a", {"reason": "the user interrupted"})
    row.cancelled("a", "the server no longer wants its answer", 2.0)
    row.cancelled("a", "again", 3.0)
    span = only(board)
    assert (span.ends, span.outcome) == (2.0, Outcome.CANCELLED)
    assert span.title.endswith(": the user interrupted")
    assert json.loads(span.data)["reason"] == "the user interrupted"


def test_calls_end_with_their_connection_and_when_asked_again(board: Board) -> None:
    row = ToolRow(board)
    row.called(CALL, 1.0)
    row.called(CALL, 2.0)
    row.connection_lost("closed with 1011", 3.0)
    assert [(span.ends, json.loads(span.data)["reason"]) for span in board.over()] == [
        (2.0, "asked for again"),
        (3.0, "the connection was closed with 1011"),
    ]


def test_answers_to_nothing_are_left_alone(board: Board) -> None:
    row = ToolRow(board)
    row.answered(FunctionResponse(id="x", name="find"), 1.0)
    row.cancelled("x", "why", 1.0)
    row.ran("x", {})
    assert list(board.over()) == []
