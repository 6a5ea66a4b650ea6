"""The figures of a turn."""

from __future__ import annotations

import pytest

from trio_live.timeline._model._turns import RunningTurn


@pytest.mark.parametrize(
    ("told", "characters", "expected"),
    [(None, None, None), (None, 9, "One two"), ("One", 9, "One"), (None, 99, "One two three"), ("", 9, "")],
)
def test_what_was_heard_is_what_the_session_told_or_else_by_the_pace(
    told: str | None, characters: int | None, expected: str | None
) -> None:
    turn = RunningTurn(0, 1.0, model=" One two three", told_heard=told, heard_characters=characters)
    assert turn.figures().heard == expected


def test_figures_are_rounded_and_trimmed() -> None:
    turn = RunningTurn(3, 1.0, user=" a ", heard_seconds=1.00049)
    assert (turn.figures().user, turn.figures().heard_seconds, turn.figures().ends) == ("a", 1.0, None)
