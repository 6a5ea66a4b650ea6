"""Days in what was said, in English: ``2026-12-24``, ``December 24th``, ``24 December 2026``, ``tomorrow``, ``Friday``."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Final

from trio_live._typing import Json
from trio_live.extraction._deciding._rules import FieldRule

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH: Final = "|".join(f"{month[:3]}(?:{month[3:]})?" if month[3:] else month for month in _MONTHS)
_YEAR: Final = r"(?:,?\s+(?P<{0}>\d{{4}}))?"

_FOUND: Final = re.compile(
    rf"""
    (?<!\d)(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?!\d)
    | \b(?P<month>{_MONTH})\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR.format("year")}
    | \b(?P<day_first>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month_second>{_MONTH})\b{_YEAR.format("year_last")}
    | \b(?P<relative>day\s+after\s+tomorrow|today|tonight|tomorrow)\b
    | \b(?P<weekday>{"|".join(_DAYS)})\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

_AHEAD: Final = {"today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2}
"""Words for a day → how many days from today."""


def date(*, today: Callable[[], dt.date] = dt.date.today) -> FieldRule:
    """A rule that finds the day said last, as ISO text (``"2026-12-24"``).

    A day without a year is the next one of that name, today included; a day of the week is the next one after today.
    Days that do not exist (``February 30th``) are passed over. English; for other languages hand in a function of
    your own.

    Args:
        today: what day it is where the caller is.
    """

    def find(said: str) -> Json:
        days = [day for match in _FOUND.finditer(said) if (day := _read(match, today())) is not None]
        return days[-1].isoformat() if days else None

    return find


def _read(match: re.Match[str], today: dt.date) -> dt.date | None:
    found = match.groupdict()
    try:
        if found["iso"]:
            return dt.date.fromisoformat(found["iso"])
        if found["relative"]:
            return today + dt.timedelta(_AHEAD[" ".join(found["relative"].lower().split())])
        if found["weekday"]:
            ahead = (_DAYS.index(found["weekday"].lower()) - today.weekday() - 1) % 7 + 1
            return today + dt.timedelta(ahead)
        month = _month(found["month"] or found["month_second"])
        day = int(found["day"] or found["day_first"])
        year = found["year"] or found["year_last"]
        return dt.date(int(year), month, day) if year else _next(today, month, day)
    except ValueError:  # there is no such day
        return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()[:3]))


def _next(today: dt.date, month: int, day: int) -> dt.date:
    """The next day of that name; the 29th of February may be years away."""
    for year in range(today.year, today.year + 9):
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise ValueError("there is no such day")
