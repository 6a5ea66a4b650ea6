"""Days in what was said."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trio_live.extraction import date

THURSDAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("on 2026-12-24", "2026-12-24"),
        ("December 24th", "2026-12-24"),
        ("Dec. 24, 2027", "2027-12-24"),
        ("the 24th of December 2027", "2027-12-24"),
        ("3 May", "2027-05-03"),
        ("november the 26th", "2026-11-26"),
        ("November 25", "2027-11-25"),
        ("today", "2026-11-26"),
        ("tonight", "2026-11-26"),
        ("tomorrow", "2026-11-27"),
        ("the day after tomorrow", "2026-11-28"),
        ("on Friday", "2026-11-27"),
        ("Thursday", "2026-12-03"),
        ("Friday, no, Saturday", "2026-11-28"),
        ("February 29", "2028-02-29"),
        ("February 30th", None),
        ("2026-13-01", None),
        ("maybe someday", None),
    ],
)
def test_days_are_read_as_they_are_said(said: str, found: str | None) -> None:
    assert date(today=lambda: THURSDAY)(said) == found


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)))
def test_a_day_is_found_again_however_it_is_written(today: dt.date, day: dt.date) -> None:
    find = date(today=lambda: today)
    for said in (day.isoformat(), f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}"):
        assert find(said) == day.isoformat()
    without_year = dt.date.fromisoformat(str(find(f"{day:%B} {day.day}")))
    assert without_year >= today
    assert (without_year.month, without_year.day) == (day.month, day.day)
