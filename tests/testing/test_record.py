"""What one frame caused is told in one order, whichever lane was quicker."""

from __future__ import annotations

from trio_live import LiveEvent, events
from trio_live.testing._record import Record


def arranged(*windows: list[LiveEvent]) -> list[LiveEvent]:
    record = Record(lambda: None)
    for window in windows:
        record.seen.extend(window)
        record.arrange()
    return record.seen


def test_the_fast_lane_comes_first_and_lanes_keep_their_order() -> None:
    final, piece = events.OutputTranscript("a b", is_final=True), events.OutputTranscript("b")
    done, text = events.TurnComplete(), events.TextComplete("a b")
    assert arranged([final, piece, done, text]) == [piece, text, final, done]


def test_nothing_moves_from_one_frame_to_another() -> None:
    done, text = events.TurnComplete(), events.TextDelta("a")
    assert arranged([done], [text]) == [done, text]
