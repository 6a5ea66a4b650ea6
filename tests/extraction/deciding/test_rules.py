"""Fields that are found by rules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.extraction.samples import window
from trio_live import ConfigError
from trio_live.extraction import RuleExtractor, keywords, number, regex
from trio_live.extraction._deciding._rules import FieldRule


async def test_each_field_is_taken_from_the_newest_turn_it_is_found_in() -> None:
    booking = RuleExtractor("Booking", {"guests": number(), "name": regex(r"my name is (\w+)")}, window_size=3)
    seen = window("My name is Ada", "For 4 please", "No, for five")
    assert await booking.extract(seen) == {"guests": 5, "name": "Ada"}
    assert booking.should_extract(seen)


def test_a_turn_without_a_find_is_not_worth_a_run() -> None:
    assert not RuleExtractor("Booking", {"guests": number()}).should_extract(window("Hello", ("", "For 4?")))


@pytest.mark.parametrize(("listens_to", "found"), [("user", {"n": 4}), ("model", {"n": 9}), ("both", {"n": 9})])
def test_a_rule_hears_whom_it_listens_to(listens_to: Any, found: dict[str, int]) -> None:
    extractor = RuleExtractor("N", {"n": number()}, listens_to=listens_to)
    assert extractor.found(window(("four", "nine it is"))) == found


@pytest.mark.parametrize(
    ("rule", "said", "found"),
    [
        (regex(r"(\d+)-(\d+)"), "1-2 or 3-4", "3"),
        (regex(r"(\d+)-(\d+)", 2), "1-2 or 3-4", "4"),
        (regex(r"(?P<code>[a-z]\d)", "code"), "the code is B7", "B7"),
        (regex(r"\bhelp\b"), "HELP me", "HELP"),
        (regex(r"a(b)?"), "ab a", "b"),
        (regex(r"\d"), "none", None),
        (keywords({"yes": ["yes", "sure"], "no": "no"}), "yes, I mean no", "no"),
        (keywords({"yes": ["yes"], "no": ["no"]}), "nothing", None),
        (keywords([(True, "today"), (False, "not  today")]), "well, NOT today", False),
        (keywords({"a+": ["a+"]}), "an a+ for you", "a+"),
        (keywords({"café": ["CAFÉ"]}), "a café", "café"),
    ],
)
def test_rules_find_what_was_said_last(rule: FieldRule, said: str, found: Any) -> None:
    assert rule(said) == found


async def _later(_: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RuleExtractor("X", {}), "looks for no field"),
        (lambda: RuleExtractor("X", {"a": "b"}), "is a function of what was said, not 'b'"),  # type: ignore[dict-item]
        (lambda: RuleExtractor("X", {"a": _later}), "must be a plain function"),
        (lambda: RuleExtractor("X", {"a": number()}, listens_to="them"), "not to 'them'"),  # type: ignore[arg-type]
        (lambda: regex("("), "is no regular expression"),
        (lambda: regex("(a)", 2), "has no group 2"),
        (lambda: regex("(a)", "b"), "has no group 'b'"),
        (lambda: keywords({}), "at least one value"),
        (lambda: keywords({"a": [" "]}), "at least one value"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(make: Any, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        make()
