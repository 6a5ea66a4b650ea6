from __future__ import annotations

import pytest

from trio_live.emulator._templates._formats import FORMATS, spoken_times


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("15:30", "three thirty"),
        ("at 00:00", "at twelve o'clock"),
        ("9:05", "nine oh five"),
        ("11:15", "eleven fifteen"),
        ("16:48", "four forty eight"),
        ("16:20 or 13:00", "four twenty or one o'clock"),
        ("25:00 and 7:99", "25:00 and 7:99"),
        ("three", "three"),
    ],
)
def test_times_of_day_are_put_into_words(text: str, words: str) -> None:
    assert spoken_times(text) == words


@pytest.mark.parametrize(("text", "number"), [("4", 4), ("four", 4), ("Twelve ", 12), ("one", 1), ("7.0", 7)])
def test_whole_numbers_are_read_from_digits_and_words(text: str, number: int) -> None:
    assert FORMATS["int"](text) == number


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="many"):
        FORMATS["int"]("many")
