"""Spans that are over, and those that are not."""

from __future__ import annotations

from trio_live.timeline import Outcome, Span, Track
from trio_live.timeline._model._board import CHUNK, Board, Draft, rows_of


def mark(at: float) -> Span:
    return Span(Track.WIRE, "in", "audio", at, at, "sound")


def test_what_is_open_lasts_until_now_and_closes_once() -> None:
    board = Board()
    draft = board.open(Draft(Track.CONTROL, "phase", "day", 1.0, "day"))
    assert board.is_open(draft)
    assert [(span.ends, span.outcome) for span in board.open_spans(5.0)] == [(5.0, Outcome.OPEN)]
    board.close(draft, 6.0)
    board.close(draft, 9.0)
    board.close(None, 9.0)
    assert [(span.ends, span.outcome) for span in board.over()] == [(6.0, Outcome.FINE)]
    assert not board.is_open(draft)
    assert list(board.open_spans(9.0)) == []


def test_nothing_ends_before_it_begins() -> None:
    assert Draft(Track.CONTROL, "phase", "day", 3.0, "day").ended(1.0).ends == 3.0


def test_chunks_say_what_they_span() -> None:
    board = Board()
    for at in range(CHUNK + 2):
        board.add(mark(float(at)))
    board.add(Span(Track.WIRE, "in", "close", 3.0, 9999.0, "long"))
    assert board.rows["in"].index() == [(0.0, CHUNK - 1.0, CHUNK), (3.0, 9999.0, 3)]
    assert [span.begins for span in board.rows["in"].chunk(1)] == [CHUNK, CHUNK + 1, 3.0]
    assert board.rows["in"].chunk(2) == []


def test_a_row_that_is_full_forgets_its_oldest_chunk() -> None:
    board = Board(limit=2 * CHUNK)
    for at in range(3 * CHUNK + 1):
        board.add(mark(float(at)))
    row = board.rows["in"]
    assert board.forgotten == 2 * CHUNK
    assert row.chunk(1) == []
    assert row.chunk(2)[0].begins == 2 * CHUNK
    assert len(list(board.over())) == CHUNK + 1


def test_spans_become_rows() -> None:
    rows = rows_of([mark(1.0), Span(Track.MODEL, "heard", "sound", 0.0, 2.0, "s")])
    assert {name: len(list(row)) for name, row in rows.items()} == {"in": 1, "heard": 1}
