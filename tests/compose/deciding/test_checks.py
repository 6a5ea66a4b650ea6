"""Checks of what a model says."""

from __future__ import annotations

import pytest

from trio_live.compose._deciding import is_json, no_personal_data, off_topics, within_budget


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("write to ann.lee+x@example.co.uk today", True),
        ("call +49 (30) 1234 5678", True),
        ("0301234567", True),
        ("the bill @ 12.50 is due.", False),
        ("5 @ 3. That is all.", False),
        ("between 2024 and 2027, at 10:30, for $1,250.00", False),
        ("version 1.2.3 of 2026-11-27", False),
    ],
)
def test_personal_data(text: str, found: bool) -> None:  # noqa: FBT001  # a row
    assert (no_personal_data(text) is not None) is found


def test_words_and_lengths() -> None:
    assert off_topics(["Politics"])("No POLITICS here") == "speaks of 'Politics'"
    assert off_topics(["Politics"])("Nothing") is None
    assert within_budget(1)("abcd") is None
    assert within_budget(1)("abcde") == "about 2 tokens, more than 1"


@pytest.mark.parametrize("text", ["NaN", '{"price": Infinity}', "[-Infinity]"])
def test_what_only_python_takes_for_json_is_none(text: str) -> None:
    assert (is_json(text) or "").startswith("no JSON: ")
    assert is_json('{"price": 1.5}') is None
