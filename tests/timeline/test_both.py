"""Two that are told."""

from __future__ import annotations

import pytest

from trio_live import FunctionCall
from trio_live.telemetry._internal import NO_TRACING
from trio_live.timeline import Note
from trio_live.timeline._both import joined
from trio_live.timeline._noting import Noter


def test_nobody_and_one_are_one() -> None:
    noter = Noter(list[Note]().append, lambda: 0.0)
    assert joined(NO_TRACING, noter) is noter


def test_both_are_told_everything() -> None:
    first: list[Note] = []
    second: list[Note] = []
    both = joined(Noter(first.append, lambda: 0.0), Noter(second.append, lambda: 0.0))
    call = FunctionCall(id="a", name="find")
    both.begin(lambda: None)
    both.observe([])
    both.dialled(1)
    both.connected()
    with both.tools([call]) as answers:
        answers.answered(call, None, "ToolError")
    with both.extraction("wish"), both.doing("step", "x"):
        pass
    both.lost("gone", 1011)
    assert first == second
    assert [note.kind for note in first] == ["connection", "connection", "tool", "step", "extraction", "connection"]
    assert first[2].data["error"] == "ToolError"


def test_what_is_raised_goes_through_both() -> None:
    notes: list[Note] = []
    both = joined(Noter(notes.append, lambda: 0.0), Noter(notes.append, lambda: 0.0))
    with pytest.raises(ValueError, match="no"), both.doing("step", "x"):
        raise ValueError("no")
    assert [note.data["error"] for note in notes] == ["ValueError", "ValueError"]
