"""Whose call a page gets."""

from __future__ import annotations

from typing import Any

import pytest

from trio_live.web._messages import VERSION, Garbage
from trio_live.web._seats import REFUSED, Seat, Wish, read_wish, seat_for


@pytest.mark.parametrize(
    ("call", "take", "exists", "tab", "calls", "seat"),
    [
        (None, False, False, None, 0, Seat.NEW),
        (None, False, False, None, 2, Seat.BUSY),
        ("c", False, False, None, 0, Seat.OVER),
        ("c", True, False, None, 0, Seat.OVER),
        ("c", False, True, None, 2, Seat.BACK),
        ("c", False, True, "mine", 2, Seat.BACK),
        ("c", False, True, "other", 2, Seat.ELSEWHERE),
        ("c", True, True, "other", 2, Seat.BACK),
    ],
)
def test_who_gets_what(*, call: str | None, take: bool, exists: bool, tab: str | None, calls: int, seat: Seat) -> None:
    wish = Wish(call=call, tab="mine", take=take)
    assert seat_for(wish, exists=exists, tab=tab, calls=calls, most=2) is seat


def test_each_refusal_is_told() -> None:
    assert set(Seat) - set(REFUSED) == {Seat.NEW, Seat.BACK}
    assert len({code for code, _ in REFUSED.values()}) == len(REFUSED)


def test_a_hello_is_read() -> None:
    assert read_wish({"type": "hello", "version": VERSION, "tab": "t", "call": None}) == Wish(
        call=None, tab="t", take=False
    )


@pytest.mark.parametrize(
    "hello",
    [
        {"tab": "t", "call": None},
        {"version": VERSION + 1, "tab": "t"},
        {"version": VERSION, "tab": ""},
        {"version": VERSION, "tab": 5},
        {"version": VERSION, "tab": "t" * 65},
        {"version": VERSION, "tab": "t", "call": 5},
        {"version": VERSION, "tab": "t", "call": ""},
        {"version": VERSION, "tab": "t", "take": "yes"},
    ],
    ids=range(8),
)
def test_another_hello_is_garbage(hello: dict[str, Any]) -> None:
    with pytest.raises(Garbage):
        read_wish(hello)
