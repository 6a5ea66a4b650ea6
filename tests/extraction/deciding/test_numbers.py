"""Numbers in what was said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live import ConfigError
from trio_live.extraction import number
from trio_live.extraction._deciding._numbers import _SMALL, numbers_in


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("a table for 7", [7]),
        ("1,250.50 euros", [1250.5]),
        ("-3 degrees", [-3]),
        ("twenty-five", [25]),
        ("Twenty Five", [25]),
        ("two hundred and ten", [210]),
        ("a hundred thousand", [100_000]),
        ("two million three hundred and one", [2_000_301]),
        ("one two three", [1, 2, 3]),
        ("five twenty", [5, 20]),
        ("twenty eleven", [20, 11]),
        ("nineteen eighty four", [19, 84]),
        ("someone often tenders", []),
        ("room B12, 10th floor", []),
        ("from 2 to 3.5", [2, 3.5]),
        ("1,2,3", [1, 2, 3]),
        ("on 2026-12-24", []),
        ("zero", [0]),
    ],
)
def test_numbers_are_read_as_they_are_said(said: str, found: list[float]) -> None:
    assert list(numbers_in(said)) == found


def spelt(value: int) -> str:
    """A number below a million in English."""
    small = {number: word for word, number in _SMALL.items()}
    if value >= 1000:
        rest = f" {spelt(value % 1000)}" if value % 1000 else ""
        return f"{spelt(value // 1000)} thousand{rest}"
    if value >= 100:
        rest = f" and {spelt(value % 100)}" if value % 100 else ""
        return f"{small[value // 100]} hundred{rest}"
    if value in small:
        return small[value]
    return f"{small[value - value % 10]}-{small[value % 10]}"


@given(st.integers(0, 999_999))
def test_a_number_in_words_is_the_number_in_digits(value: int) -> None:
    assert list(numbers_in(f"I think {spelt(value)} will do")) == list(numbers_in(f"{value}")) == [value]


def test_numbers_out_of_range_are_passed_over() -> None:
    assert number(at_least=1, at_most=12)("for 4 at 20") == 4
    assert number(at_least=100)("for 4") is None
    with pytest.raises(ConfigError, match="at least 5 and at most 2"):
        number(at_least=5, at_most=2)
