from __future__ import annotations

import re

import pytest

from trio_live.emulator import bundled_persona, bundled_personas
from trio_live.emulator._engines._patterns import MOST_PHRASES, phrases_in, whole_phrases


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        (r"\b(?:this is|my name is|i'm) (?P<who>[^\W\d_]+)", ("this is", "my name is", "i'm")),
        (r"\bcapital\b.*\bfrance\b", ("capital", "france")),
        (r"\b(?:open(?:ing)?|close[sd]?)\b", ("open", "opening", "close", "closes", "closed")),
        (r"(?:a )?quarter (?:past|to) \w+", ("quarter past", "quarter to", "a quarter past", "a quarter to")),
        (r"doctor|dr\.? (?P<name>\w+)", ("doctor", "dr")),
        (r"\b\w+day\b|tonight", ("tonight",)),
        (r"\d{1,2}(?::\d\d)?(?: ?[ap]\.?m)?", ("am", "pm")),
        (r"want\s+to\W+go", ("want to go",)),
        (r"^\W*$", ()),
        (r"(yes)+(?! please)", ("yes",)),
        (r"(?>very) (?:much){1,3}?", ("very much",)),
        (r"[abcdefgh]x|[^x]y|(z) \1 end", ("z", "end")),
    ],
)
def test_a_pattern_holds_the_phrases_by_which_it_is_found(pattern: str, phrases: tuple[str, ...]) -> None:
    assert phrases_in(re.compile(pattern, re.IGNORECASE)) == phrases


def test_a_pattern_of_very_many_alternatives_is_listened_for_in_part() -> None:
    digits = "(?:one|two|three|four|five|six|seven) "
    assert len(phrases_in(re.compile(digits * 6))) == MOST_PHRASES


@pytest.mark.parametrize("name", bundled_personas())
def test_phrases_of_a_pattern_are_words(name: str) -> None:
    for rule in bundled_persona(name).rules:
        if rule.heard.pattern is not None:
            assert all(re.fullmatch(r"[a-z']+(?: [a-z']+)*", each) for each in phrases_in(rule.heard.pattern))


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Yes, three thirty is perfect.", ["yes", "three thirty is perfect"]),
        ("That\u2019s all", ["that's all"]),
        ("at 15 30 sharp", ["at", "sharp"]),
        ("  ", []),
        ('He said "no way" (twice)!', ["he said no way twice"]),
    ],
)
def test_a_text_holds_runs_of_words(text: str, phrases: list[str]) -> None:
    assert list(whole_phrases(text)) == phrases
