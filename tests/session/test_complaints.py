"""What is told of a peer's mistakes: each once."""

from __future__ import annotations

from trio_live.errors import RemoteProtocolError
from trio_live.session._complaints import TOLD, Complaints
from trio_live.wire_events import Error, Oddity, OddityKind


def test_a_mistake_is_told_once_and_counted_after_that() -> None:
    complaints = Complaints()
    first, second = (
        complaints.skipped(RemoteProtocolError("expected a string", where=f"parts[{number}]")) for number in range(2)
    )
    assert isinstance(first, Error)
    assert first.skipped_frame
    assert "parts[0]" in first.message
    assert isinstance(second, Oddity)
    assert second.kind is OddityKind.SKIPPED_FRAME
    assert isinstance(complaints.skipped(RemoteProtocolError("expected a list")), Error)


def test_parts_that_are_left_out_of_a_frame_are_two_events_at_most_for_each_mistake() -> None:
    complaints = Complaints()
    told = complaints.left_out([f"invalid base64 at parts[{number}]" for number in range(1000)])
    assert [type(event) for event in told] == [Error, Oddity]
    assert complaints.left_out(["invalid base64 at parts[7]"]) == [
        Oddity(OddityKind.LEFT_OUT, "invalid base64 at parts[7]")
    ]


def test_a_limit_is_named() -> None:
    (told,) = Complaints().left_out((), ["open"])
    assert isinstance(told, Error)
    assert "'open'" in told.message


def test_only_so_many_different_mistakes_are_told_of() -> None:
    complaints = Complaints()
    names = [f"field {'x' * number}" for number in range(2 * TOLD)]
    told = [complaints.skipped(RemoteProtocolError(name)) for name in names]
    assert sum(isinstance(event, Error) for event in told) == TOLD


def test_a_problem_is_not_repeated_at_any_length() -> None:
    told = Complaints().skipped(RemoteProtocolError("x" * 1_000_000))
    assert isinstance(told, Error)
    assert len(told.message) < 1000
