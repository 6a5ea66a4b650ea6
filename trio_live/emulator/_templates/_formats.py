"""What may follow the colon in a hole of a template, and what it does to the words that fill it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from trio_live._typing import Json

_TIME: Final = re.compile(r"\b([01]?\d|2[0-3]):([0-5]\d)\b")
_HOURS: Final = "twelve one two three four five six seven eight nine ten eleven".split()  # noqa: SIM905  # shorter
_TEENS: Final = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905
_TENS: Final = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty"}


def spoken_times(text: str) -> str:
    """A text with its times of day in words: ``15:30`` becomes ``three thirty``."""
    return _TIME.sub(lambda time: f"{_HOURS[int(time[1]) % 12]} {_minutes(int(time[2]))}", text)


def _minutes(minutes: int) -> str:
    tens, ones = divmod(minutes, 10)
    if not minutes:
        return "o'clock"
    if not tens:
        return f"oh {_HOURS[ones]}"
    if tens == 1:
        return _TEENS[ones]
    return f"{_TENS[tens]} {_HOURS[ones]}" if ones else _TENS[tens]


def whole_number(text: str) -> int:
    """A number in digits or, up to twelve, in words."""
    word = text.strip().lower()
    return (_HOURS.index(word) or len(_HOURS)) if word in _HOURS else int(float(text))


FORMATS: Final[Mapping[str, Callable[[str], Json]]] = {
    "int": whole_number,
    "number": float,
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "clock": spoken_times,
}
"""Format → what it makes of the words. One that fails leaves the value as it was."""

NUMBERS: Final[Mapping[str, Json]] = {"int": 1, "number": 1.5}
"""Format → one of the numbers that it makes."""
