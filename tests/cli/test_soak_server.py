"""The server of a soak: its cuts, and what it counts."""

from __future__ import annotations

import json

from trio_live.cli._soak_server import LONG_EVERY, Books, Cuts, questions_in
from trio_live.emulator import Direction, LogRecord


def test_each_connection_has_a_cut_of_its_own_but_those_that_live_long() -> None:
    cuts = Cuts(seed=1, every=10.0)
    struck = [cuts.on(number) for number in range(1, 101)]
    assert [number for number, strikes in enumerate(struck, 1) if not strikes] == [*range(LONG_EVERY, 101, LONG_EVERY)]
    assert all(6 <= strike.after <= 14 for strikes in struck for strike in strikes)
    assert cuts.on(1) == Cuts(seed=1, every=10.0).on(1)
    assert cuts.on(1) != Cuts(seed=2, every=10.0).on(1)


def test_only_what_wants_an_answer_is_a_question() -> None:
    turn = {"role": "user", "parts": [{"text": "a"}]}
    assert questions_in({"clientContent": {"turns": [turn], "turnComplete": True}}) == ["a"]
    assert questions_in({"clientContent": {"turns": [turn]}}) == []
    assert questions_in({"realtimeInput": {"text": "b"}}) == ["b"]
    assert questions_in({"setup": {}}) == []


def test_the_books_count_what_was_read_and_what_struck() -> None:
    books = Books()
    message = json.dumps({"realtimeInput": {"text": "b"}})
    for record in (
        LogRecord(at=0, connection=1, direction=Direction.RECEIVED, summary="", frame=message),
        LogRecord(at=0, connection=1, direction=Direction.SENT, summary="", frame=message),
        LogRecord(at=0, connection=1, direction=Direction.NOTE, summary="fault: cut at ready 1"),
        LogRecord(at=0, connection=1, direction=Direction.NOTE, summary="something else"),
    ):
        books.note(record)
    assert (books.reads, books.struck) == ({"b": 1}, 1)
