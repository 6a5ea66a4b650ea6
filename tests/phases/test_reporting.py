from __future__ import annotations

import pytest

from trio_live.phases._internal import ErrorReporter
from trio_live.phases._reporting import OncePerTurn, attempt


class Cancelled(BaseException):
    """Stands for a cancellation."""


def test_an_error_is_told_with_its_place_and_yields_nothing(
    report: ErrorReporter, reports: list[tuple[str, Exception]]
) -> None:
    error = ValueError("no")

    def broken(_value: int) -> int:
        raise error

    assert attempt(report, "here", broken, 1, read=str) is None
    assert reports == [("here", error)]
    assert attempt(report, "here", abs, -1, read=str) == "1"


def test_cancellation_is_not_an_error(report: ErrorReporter, reports: list[tuple[str, Exception]]) -> None:
    def cut() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        attempt(report, "there", cut, read=str)
    assert reports == []


def test_each_place_is_heard_once_in_a_turn(report: ErrorReporter, reports: list[tuple[str, Exception]]) -> None:
    once = OncePerTurn(report)
    for turn, where in [(0, "a"), (0, "a"), (0, "b"), (1, "a"), (1, "a")]:
        once.tell(turn, where, ValueError())
    assert [where for where, _ in reports] == ["a", "b", "a"]
