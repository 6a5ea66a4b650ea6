from __future__ import annotations

import pytest

from trio_live.emulator._formats import spoken_times


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
