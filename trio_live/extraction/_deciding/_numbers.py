"""Numbers in what was said: in digits, or in English words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from trio_live._typing import Json
from trio_live.errors import ConfigError
from trio_live.extraction._deciding._rules import FieldRule

_UNITS: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL: Final = {
    **{word: number for number, word in enumerate(_UNITS)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}
_LARGE: Final = {"thousand": 1_000, "million": 1_000_000}

_DIGITS: Final = (
    r"(?<![\w.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\w,]|\.\d)|(?<![\w.])(?<!\d-)-?\d+(?:\.\d+)?(?!\w|\.\d|-\d)"
)
_WORD: Final = rf"(?:{'|'.join(sorted((*_SMALL, 'hundred', *_LARGE), key=len, reverse=True))})"
_FOUND: Final = re.compile(rf"({_DIGITS})|\b({_WORD}(?:(?:[\s-]+and)?[\s-]+{_WORD})*)\b", re.IGNORECASE)


def number(*, at_least: float | None = None, at_most: float | None = None) -> FieldRule:
    """A rule that finds the number said last: ``7``, ``1,250.50``, ``twenty-five``, ``two hundred and ten``.

    Args:
        at_least: smaller ones are passed over.
        at_most: larger ones are passed over.

    Raises:
        ConfigError: no number can be between the two.
    """
    if at_least is not None and at_most is not None and at_least > at_most:
        raise ConfigError(f"no number is at least {at_least:g} and at most {at_most:g}")

    def find(said: str) -> Json:
        fitting = [
            each
            for each in numbers_in(said)
            if (at_least is None or each >= at_least) and (at_most is None or each <= at_most)
        ]
        return fitting[-1] if fitting else None

    return find


def numbers_in(said: str) -> Iterator[int | float]:
    """Every number in a text, in order."""
    for match in _FOUND.finditer(said):
        digits, words = match.groups()
        if digits is not None:
            plain = digits.replace(",", "")
            yield float(plain) if "." in plain else int(plain)
        else:
            yield from _spelt(re.split(r"[\s-]+", words.lower()))


def _spelt(words: list[str]) -> Iterator[int]:
    """What a row of number words says: one number, or several where none can be made of them (``one two three``)."""
    total, current, last = 0, None, 0
    for word in words:
        if word == "and":
            continue
        if word in _LARGE:
            total, current, last = total + (1 if current is None else current) * _LARGE[word], None, _LARGE[word]
        elif word == "hundred":
            current, last = (1 if current is None else current) * 100, 100
        else:
            small = _SMALL[word]
            if current is not None and not _joins(last, small):
                yield total + current
                total, current = 0, None
            current, last = (current or 0) + small, small
    yield total + (current or 0)


def _joins(last: int, small: int) -> bool:
    """Whether a word goes on with the number before it: twenty-five, and a hundred twelve, but not five twenty."""
    return last == 100 or (20 <= last <= 90 and 0 < small < 10)  # noqa: PLR2004 - the names of numbers
